const sentence = 'The quarterly report describes how the office moved its archive, who was involved and what was learned on the way. '

/** A `tools/call` of about that many kilobytes: half text, half records. */
export function toolCall(kilobytes: number): unknown {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'archive_search',
      arguments: {
        query: 'weather report for Bern',
        text: sentence.repeat(Math.ceil((kilobytes * 500) / sentence.length)),
        records: Array.from({ length: Math.ceil(kilobytes * 4.3) }, (_, i) => ({
          id: i,
          title: `Item ${i}`,
          tags: ['alpha', 'beta'],
          price: i * 1.5,
          sold: i % 2 === 0,
          note: 'Delivered on time',
        })),
      },
    },
  }
}

/** A `tools/list` result of about that many kilobytes. */
export function toolsList(kilobytes: number): unknown {
  return {
    jsonrpc: '2.0',
    id: 1,
    result: {
      tools: Array.from({ length: Math.ceil(kilobytes * 1.9) }, (_, i) => ({
        name: `archive_lookup_${i}`,
        title: 'Archive lookup',
        description: 'Looks up records of the archive by title and year. Gives at most fifty of them.',
        inputSchema: {
          type: 'object',
          properties: {
            title: { type: 'string', description: 'Part of the title', maxLength: 200 },
            year: { type: 'integer', minimum: 1900, maximum: 2100 },
            sort: { type: 'string', enum: ['title', 'year', 'relevance'] },
          },
          required: ['title'],
          additionalProperties: false,
        },
      })),
    },
  }
}
