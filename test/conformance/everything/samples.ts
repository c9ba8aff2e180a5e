/** One red pixel. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

/** One sample of silence. */
export const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='

/** Every byte value, so that a filter which decodes and encodes what it should leave alone is caught. */
export const everyByte = btoa(String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)))

export const text = (value: string) => ({ type: 'text' as const, text: value })
export const said = (value: string) => ({ content: [text(value)] })
export const asked = (content: { type: 'text'; text: string }) => ({ role: 'user' as const, content })
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
