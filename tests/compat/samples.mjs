// Small files of several kinds, made here. Each is [file name, MIME type, bytes].
import { deflateSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(checksum(body));
  return Buffer.concat([length, body, crc]);
}

/** A grey PNG picture; `shade` makes pictures of one size differ. */
export function png(width, height, shade = 128) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc(height * (width + 1), shade);
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const gif = Buffer.from('R0lGODlhAwACAIAAAP8AAP///yH5BAAAAAAALAAAAAADAAIAAAIDhG8FADs=', 'base64');
const mp4 = Buffer.concat([Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'), Buffer.alloc(64)]);
const ogg = Buffer.concat([Buffer.from('4f67675300020000000000000000', 'hex'), Buffer.from('OpusHead'), Buffer.alloc(40)]);

export const files = {
  png: ['map.png', 'image/png', png(7, 5)],
  gif: ['loop.gif', 'image/gif', gif],
  mp4: ['clip.mp4', 'video/mp4', mp4],
  ogg: ['voice.ogg', 'audio/ogg', ogg],
  pdf: ['contract.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n%%EOF\n')],
};
