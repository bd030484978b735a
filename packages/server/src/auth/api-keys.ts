/** One line of `API_KEYS`: who the bearer of a key is. The key itself is never kept, only its SHA-256. */
export interface ApiKey {
  /** SHA-256 of the key's UTF-8 bytes, 64 lower-case hexadecimal characters. */
  readonly hash: string;
  /** The tenant's name. */
  readonly tenant: string;
  /** The name that stands in the trail. */
  readonly actor: string;
  /** Built-in roles (see `roles.ts`) and any name that a workflow's transitions demand. */
  readonly roles: readonly string[];
}
