// A zip writer that stores: enough to send a folder as one file (APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16). The
// files' bytes stay on disk until they are sent; only their checksums are worked out here.
const UTF8 = 0x800;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

// `files` are { path, file }; `onDone` is told how many were read. Resolves to a Blob.
export async function zip(files, onDone = () => {}) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [index, { path, file }] of files.entries()) {
    const name = new TextEncoder().encode(path.normalize("NFC"));
    const checksum = await crc32(file);
    const local = record([[4, 0x04034b50], ...common(checksum, file.size, name.length)]);
    parts.push(local, name, file);
    directory.push(
      record([[4, 0x02014b50], [2, 20], ...common(checksum, file.size, name.length), [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      name,
    );
    offset += local.length + name.length + file.size;
    onDone(index + 1);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end]);
}

// Version needed, flags, stored, time and date (1 January 1980), checksum, both sizes, lengths of the name and of no extra.
const common = (checksum, size, name) => [[2, 20], [2, UTF8], [2, 0], [2, 0], [2, 0x21], [4, checksum], [4, size], [4, size], [2, name], [2, 0]];

function record(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

async function crc32(file) {
  let rest = 0xffffffff;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return (rest ^ 0xffffffff) >>> 0;
    for (const byte of value) rest = TABLE[(rest ^ byte) & 0xff] ^ (rest >>> 8);
  }
}
