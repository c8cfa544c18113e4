import type { Duplex } from "node:stream";

const MAX_PAYLOAD = 0xffffff;

/** Cuts a byte stream into the protocol's packets, one at each call of `read`, and frames what is sent, counting sequence numbers. */
export class PacketStream {
  private chunks: Buffer[] = [];
  private buffered = 0;
  private wake: (() => void) | null = null;
  private ended = false;
  private sequence = 0;
  private readonly onData = (chunk: Buffer): void => {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    this.wake?.();
  };
  private readonly onEnd = (): void => {
    this.ended = true;
    this.wake?.();
  };

  constructor(private stream: Duplex) {
    this.attach(stream);
  }

  /** The next packet's payload; null when the client is gone. */
  async read(): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (;;) {
      const header = await this.take(4);
      if (header === null) return null;
      const size = header.readUIntLE(0, 3);
      this.sequence = header[3]! + 1;
      const body = await this.take(size);
      if (body === null) return null;
      parts.push(body);
      if (size < MAX_PAYLOAD) return parts.length === 1 ? body : Buffer.concat(parts);
    }
  }

  send(payload: Buffer): void {
    if (this.stream.destroyed || !this.stream.writable) return;
    for (let offset = 0; ; offset += MAX_PAYLOAD) {
      const chunk = payload.subarray(offset, offset + MAX_PAYLOAD);
      const header = Buffer.alloc(4);
      header.writeUIntLE(chunk.length, 0, 3);
      header[3] = this.sequence++ & 0xff;
      this.stream.write(header);
      this.stream.write(chunk);
      if (chunk.length < MAX_PAYLOAD) return;
    }
  }

  /** Gathers the packets that `fn` sends into few writes. */
  batch(fn: () => void): void {
    this.stream.cork();
    fn();
    this.stream.uncork();
  }

  /** Leaves the stream, giving back what was read of it but not used. */
  detach(): void {
    this.stream.off("data", this.onData);
    for (const event of ["end", "close", "error"]) this.stream.off(event, this.onEnd);
    this.stream.pause();
    if (this.buffered > 0) this.stream.unshift(Buffer.concat(this.chunks));
    this.chunks = [];
    this.buffered = 0;
  }

  /** Goes on with another stream (TLS over the same socket). */
  attach(stream: Duplex): void {
    this.stream = stream;
    stream.on("data", this.onData);
    for (const event of ["end", "close", "error"]) stream.on(event, this.onEnd);
  }

  end(): void {
    this.stream.end();
  }

  destroy(): void {
    this.stream.destroy();
  }

  private async take(size: number): Promise<Buffer | null> {
    while (this.buffered < size) {
      if (this.ended) return null;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.buffered -= size;
    this.chunks = this.buffered === 0 ? [] : [all.subarray(size)];
    return size === 0 ? Buffer.alloc(0) : all.subarray(0, size);
  }
}
