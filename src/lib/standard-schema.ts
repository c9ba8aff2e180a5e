import type { MaybePromise } from './maybe-promise.ts'

/** One fault a schema found. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The part of the Standard Schema interface (standardschema.dev, version 1) that we use. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (
      value: unknown,
    ) => MaybePromise<{ readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export declare namespace StandardSchema {
  /** What a schema accepts. */
  export type Input<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input']
  /** What a schema makes of it. */
  export type Output<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output']
}
