/** SHA-256 of the UTF-8 bytes of a text, 64 lower-case hexadecimal characters. Passed in, so that this folder stays free of I/O. */
export type Digest = (text: string) => string;
