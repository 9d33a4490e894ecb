/** What the parts of a zip archive begin with (PKWARE's APPNOTE.TXT 6.3, section 4.3), little-endian. */
export const MARK = {
  member: 0x04034b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
} as const;
