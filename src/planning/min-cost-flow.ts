/** A flow network that finds the greatest flow of least cost. Costs are whole numbers; there must be no cycle of negative cost. */
export class FlowNetwork {
  readonly #head: number[];
  readonly #next: number[] = [];
  readonly #to: number[] = [];
  readonly #room: number[] = [];
  readonly #cost: number[] = [];

  constructor(private readonly nodes: number) {
    this.#head = new Array<number>(nodes).fill(NONE);
  }

  /** Adds an arc and returns its number. */
  arc(from: number, to: number, capacity: number, cost: number): number {
    const number = this.#to.length;
    this.#half(from, to, capacity, cost);
    this.#half(to, from, 0, -cost);
    return number;
  }

  #half(from: number, to: number, room: number, cost: number): void {
    this.#to.push(to);
    this.#room.push(room);
    this.#cost.push(cost);
    this.#next.push(this.#head[from]!);
    this.#head[from] = this.#to.length - 1;
  }

  /** What flows through an arc. */
  flow(arc: number): number {
    return this.#room[arc + 1]!;
  }

  /**
   * Sends as much as possible, as cheaply as possible (primal-dual method): as long as the sink can be reached, all shortest paths
   * by reduced cost are filled at once with blocking flows; each round makes the shortest path longer.
   */
  solve(source: number, sink: number): { readonly flow: number; readonly cost: number } {
    let [flow, cost] = [0, 0];
    const potential = this.#distances(source);
    for (;;) {
      if (potential[sink] === Infinity) return { flow, cost };
      for (let sent = this.#block(source, sink, potential); sent > 0; sent = this.#block(source, sink, potential)) {
        flow += sent;
        cost += sent * potential[sink]!;
      }
      const next = this.#distances(source);
      for (let node = 0; node < this.nodes; node += 1) potential[node] = next[node]!;
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
          const to = this.#to[arc]!;
          const through = distance[node]! + this.#cost[arc]!;
          if (this.#room[arc]! <= 0 || through >= distance[to]!) continue;
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
  #block(source: number, sink: number, potential: Float64Array): number {
    const level = new Int32Array(this.nodes).fill(NONE);
    const queue = [source];
    level[source] = 0;
    for (const node of queue) {
      for (let arc = this.#head[node]!; arc !== NONE; arc = this.#next[arc]!) {
        const to = this.#to[arc]!;
        if (level[to] !== NONE || !this.#tight(node, arc, potential)) continue;
        level[to] = level[node]! + 1;
        queue.push(to);
      }
    }
    if (level[sink] === NONE) return 0;
    return this.#fill(source, sink, potential, level);
  }

  #tight(node: number, arc: number, potential: Float64Array): boolean {
    return this.#room[arc]! > 0 && potential[node]! + this.#cost[arc]! === potential[this.#to[arc]!]!;
  }

  #fill(source: number, sink: number, potential: Float64Array, level: Int32Array): number {
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
      while (arc !== NONE && !(level[this.#to[arc]!] === level[node]! + 1 && this.#tight(node, arc, potential)))
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
