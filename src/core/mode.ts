/**
 * What happens to *content* findings (input, output, definitions).
 *
 * `strict` denies, `normal` repairs and goes on, `monitor` only records.
 */
export type Mode = 'strict' | 'normal' | 'monitor'
