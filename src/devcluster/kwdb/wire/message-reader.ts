import type { Socket } from "node:net";

/** One message of the client; start-up messages have no type. */
export interface ClientMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** Messages longer than this close the connection. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** Cuts the bytes of a socket into messages. Can be stopped, so that TLS takes the socket over. */
export class MessageReader {
  private buffered = Buffer.alloc(0);
  private waiting: (() => void) | null = null;
  private ended = false;
  private readonly onData = (chunk: Buffer): void => {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    this.wake();
  };
  private readonly onEnd = (): void => {
    this.ended = true;
    this.wake();
  };

  constructor(private readonly socket: Socket) {
    socket.on("data", this.onData);
    socket.on("close", this.onEnd);
    socket.on("end", this.onEnd);
  }

  /** Leaves the socket to another reader. */
  detach(): void {
    this.socket.off("data", this.onData);
    this.socket.off("close", this.onEnd);
    this.socket.off("end", this.onEnd);
    this.socket.pause();
  }

  /** The body of a start-up message; null when the connection ends. */
  async startup(): Promise<Buffer | null> {
    const length = await this.length(0);
    return length === null ? null : ((await this.take(length)) ?? null)?.subarray(4) ?? null;
  }

  /** The next message; null when the connection ends. */
  async next(): Promise<ClientMessage | null> {
    const length = await this.length(1);
    const bytes = length === null ? null : await this.take(length + 1);
    return bytes === null ? null : { type: String.fromCharCode(bytes[0]!), body: bytes.subarray(5) };
  }

  private async length(offset: number): Promise<number | null> {
    if (!(await this.buffer(offset + 4))) return null;
    const length = this.buffered.readInt32BE(offset);
    if (length >= 4 && length <= MAX_LENGTH) return length;
    this.socket.destroy();
    return null;
  }

  private async take(length: number): Promise<Buffer | null> {
    if (!(await this.buffer(length))) return null;
    const bytes = this.buffered.subarray(0, length);
    this.buffered = this.buffered.subarray(length);
    return bytes;
  }

  private async buffer(length: number): Promise<boolean> {
    while (this.buffered.length < length) {
      if (this.ended) return false;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
    return true;
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.();
  }
}
