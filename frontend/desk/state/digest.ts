/** The sum the hub sends every 15 s over all a desk may see: the XOR of the CRC-32 of each `id:version`. */
const TABLE = new Int32Array(256).map((_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(text: string): number {
  let value = -1;
  for (let place = 0; place < text.length; place += 1) {
    value = (value >>> 8) ^ (TABLE[(value ^ text.charCodeAt(place)) & 0xff] ?? 0);
  }
  return ~value >>> 0;
}

/** Kept up to date as versions come and go, so that a digest costs nothing to compare. */
export class Sum {
  #versions = new Map<string, number>();
  #value = 0;

  get count(): number {
    return this.#versions.size;
  }

  get text(): string {
    return (this.#value >>> 0).toString(16).padStart(8, '0');
  }

  version(id: string): number | undefined {
    return this.#versions.get(id);
  }

  set(id: string, version: number): void {
    this.delete(id);
    this.#versions.set(id, version);
    this.#value ^= crc32(`${id}:${version}`);
  }

  delete(id: string): void {
    const version = this.#versions.get(id);
    if (version === undefined) return;
    this.#versions.delete(id);
    this.#value ^= crc32(`${id}:${version}`);
  }
}
