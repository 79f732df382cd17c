// The bytes of a message of the queue, as people read, edit and keep them.

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

export function base64Of(text: string): string {
  let letters = '';
  for (const byte of new TextEncoder().encode(text)) letters += String.fromCharCode(byte);
  return btoa(letters);
}

// Null where the bytes are no UTF-8, or hold what no text does.
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

// Sixteen a line: offset, bytes, and the letters among them.
export function hexOf(bytes: Uint8Array, bytesMax = Infinity): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, bytesMax);
  for (let at = 0; at < end; at += 16) {
    const some = [...bytes.subarray(at, Math.min(at + 16, end))];
    const hex = some.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = some.map((byte) =>
        byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.').join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${letters}`);
  }
  return lines.join('\n');
}

// The place in a text of a byte of its UTF-8.
export function placeOfByte(text: string, offset: number): number {
  const bytes = new TextEncoder().encode(text).subarray(0, offset);
  return new TextDecoder().decode(bytes).length;
}

// Gives the browser a file to keep.
export function save(name: string, content: BlobPart): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], {type: 'application/octet-stream'}));
  link.download = name;
  link.click();
  // Firefox reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
