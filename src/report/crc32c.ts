/** CRC-32C (Castagnoli), as RFC 3720 has it: the reflected polynomial 0x82f63b78. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < data.length; i += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ data[i]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
