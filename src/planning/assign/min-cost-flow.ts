/**
 * A network in which something flows already and more shall flow, as cheaply as possible. Costs are whole numbers from -128 to 127.
 * What flows already must have least cost: there must be no cycle of negative cost along which it could be changed.
 */
export class FlowNetwork {
  readonly #head: Int32Array;
  #next = new Int32Array(1024);
  #to = new Int32Array(1024);
  #room = new Int32Array(1024);
  #cost = new Int8Array(1024);
  #size = 0;

  constructor(private readonly nodes: number) {
    this.#head = new Int32Array(nodes).fill(NONE);
  }

  /**
   * Adds an arc and returns its number.
   *
   * @param room by how much its flow can grow.
   * @param back by how much its flow can shrink.
   */
  arc(from: number, to: number, room: number, back: number, cost: number): number {
    const number = this.#size;
    this.#half(from, to, room, cost);
    this.#half(to, from, back, -cost);
    return number;
  }

  #half(from: number, to: number, room: number, cost: number): void {
    if (this.#size === this.#to.length) this.#grow();
    const number = this.#size;
    this.#size += 1;
    this.#to[number] = to;
    this.#room[number] = room;
    this.#cost[number] = cost;
    this.#next[number] = this.#head[from]!;
    this.#head[from] = number;
  }

  #grow(): void {
    const wider = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const copy = new Int32Array(values.length * 2);
      copy.set(values);
      return copy;
    };
    this.#next = wider(this.#next);
    this.#to = wider(this.#to);
    this.#room = wider(this.#room);
    const cost = new Int8Array(this.#cost.length * 2);
    cost.set(this.#cost);
    this.#cost = cost;
  }

  /** By how much the flow of an arc can shrink now. */
  back(arc: number): number {
    return this.#room[arc + 1]!;
  }

  /**
   * Sends as much as possible, as cheaply as possible (primal-dual method): as long as the sink can be reached, all shortest paths
   * by reduced cost are filled at once with blocking flows; each round makes the shortest path longer.
   */
  solve(source: number, sink: number): { readonly flow: number; readonly cost: number } {
    let [flow, cost] = [0, 0];
    for (;;) {
      const distance = this.#distances(source);
      if (distance[sink] === Infinity) return { flow, cost };
      for (let sent = this.#block(source, sink, distance); sent > 0; sent = this.#block(source, sink, distance)) {
        flow += sent;
        cost += sent * distance[sink]!;
      }
    }
  }

  /** Shortest distances by queue (Bellman, Ford): costs are few and small, so that it settles after a few passes. */
  #distances(source: number): Float64Array {
    const distance = new Float64Array(this.nodes).fill(Infinity);
    const waiting = new Uint8Array(this.nodes);
    let queue = [source];
    distance[source] = 0;
    while (queue.length > 0) {
      const later: number[] = [];
      for (const node of queue) {
        waiting[node] = 0;
        for (let arc = this.#head[node]!; arc !== NONE; arc = this.#next[arc]!) {
          if (this.#room[arc] === 0) continue;
          const to = this.#to[arc]!;
          const through = distance[node]! + this.#cost[arc]!;
          if (through >= distance[to]!) continue;
          distance[to] = through;
          if (waiting[to] === 1) continue;
          waiting[to] = 1;
          later.push(to);
        }
      }
      queue = later;
    }
    return distance;
  }

  /** One blocking flow over the arcs that lie on shortest paths, by levels. */
  #block(source: number, sink: number, distance: Float64Array): number {
    const level = new Int32Array(this.nodes).fill(NONE);
    const queue = [source];
    level[source] = 0;
    for (const node of queue) {
      for (let arc = this.#head[node]!; arc !== NONE; arc = this.#next[arc]!) {
        const to = this.#to[arc]!;
        if (level[to] !== NONE || !this.#tight(node, arc, distance)) continue;
        level[to] = level[node]! + 1;
        queue.push(to);
      }
    }
    if (level[sink] === NONE) return 0;
    return this.#fill(source, sink, distance, level);
  }

  #tight(node: number, arc: number, distance: Float64Array): boolean {
    return this.#room[arc]! > 0 && distance[node]! + this.#cost[arc]! === distance[this.#to[arc]!]!;
  }

  #fill(source: number, sink: number, distance: Float64Array, level: Int32Array): number {
    const current = this.#head.slice();
    const path: number[] = [];
    let sent = 0;
    let node = source;
    for (;;) {
      if (node === sink) {
        const amount = path.reduce((least, arc) => Math.min(least, this.#room[arc]!), Infinity);
        for (const arc of path) {
          this.#room[arc]! -= amount;
          this.#room[arc ^ 1]! += amount;
        }
        sent += amount;
        const full = path.findIndex((arc) => this.#room[arc] === 0);
        node = this.#to[path[full]! ^ 1]!;
        path.length = full;
        continue;
      }
      let arc = current[node]!;
      while (arc !== NONE && !(level[this.#to[arc]!] === level[node]! + 1 && this.#tight(node, arc, distance)))
        arc = this.#next[arc]!;
      current[node] = arc;
      if (arc !== NONE) {
        path.push(arc);
        node = this.#to[arc]!;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return sent;
      node = this.#to[back ^ 1]!;
      current[node] = this.#next[back]!;
    }
  }
}

const NONE = -1;
