import { createColors } from "picocolors";
import { liveMap } from "../../src/cli/live-map";
import type { Console } from "../../src/cli/console";
import type { EventBody } from "../../src/convergence/events";
import type { Move } from "../../src/planning/change";
import type { ObservedGreptimeCluster } from "../../src/planning/observed";
import { terminalWidth } from "../../src/cli/terminal-text";
import { datanodeId, regionId } from "../../src/topology/ids";
import type { PartitionKey } from "../../src/topology/ids";

const ESCAPE = "\u001b";

/** As much of a terminal as the map uses: lines that wrap and scroll, cursor up, erase below, carriage return. */
class Terminal {
  private lines: string[] = [""];
  private row = 0;

  constructor(readonly columns: number, readonly rows: number) {}

  write(text: string): void {
    for (const token of text.match(new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z]|[^${ESCAPE}]`, "gu")) ?? []) this.put(token);
  }

  /** Every line ever printed that was not erased, scrolled away or not. */
  text(): string {
    return this.lines.join("\n").trimEnd();
  }

  private put(token: string): void {
    const [, count, command] = /^\u001b\[([0-9;]*)([A-Za-z])$/.exec(token) ?? [];
    if (command === "A") this.row = Math.max(this.lines.length - this.rows, this.row - Number(count));
    else if (command === "J") this.lines.splice(this.row, Infinity, "");
    else if (command !== undefined || token === "\r") return;
    else if (token === "\n") this.next();
    else {
      if (terminalWidth(this.lines[this.row]!) === this.columns) this.next();
      this.lines[this.row] += token;
    }
  }

  private next(): void {
    this.row += 1;
    if (this.row === this.lines.length) this.lines.push("");
  }
}

function consoleOn(terminal: Terminal): Console {
  return {
    out: () => undefined,
    err: (text) => terminal.write(text.endsWith("\n") ? text : `${text}\n`),
    outStyle: { colors: createColors(false), columns: Infinity },
    errStyle: { colors: createColors(true), columns: terminal.columns },
    interactive: true,
    terminalSize: () => ({ columns: terminal.columns, rows: terminal.rows }),
    json: false,
  };
}

function clusterOf(regions: number, longestRule = 0): ObservedGreptimeCluster {
  return {
    engine: "greptimedb",
    version: "1.1.4",
    mode: "distributed",
    metasrvUptimeMs: 60_000,
    datanodes: [0, 1, 2].map((id) => ({ id: datanodeId(id), address: `10.0.0.${id}`, version: "1.1.4", silentMs: 100 })),
    tables: [
      {
        database: "public",
        name: "cpu",
        tableId: 1024,
        engine: "mito",
        definition: null,
        regions: Array.from({ length: regions }, (_, i) => ({
          id: regionId(BigInt(i)),
          partition: `a = ${String(i).padStart(longestRule, "0")}` as PartitionKey,
          leader: datanodeId(0),
          followers: [],
          status: "ALIVE" as const,
          sizeBytes: 0n,
          rows: 0n,
        })),
      },
    ],
    procedures: [],
  };
}

function move(index: number): Move {
  return { kind: "move-region", table: { database: "public", name: "cpu" }, partition: `a = ${index}` as PartitionKey, region: regionId(BigInt(index)), from: datanodeId(0), to: datanodeId(1), sizeBytes: 0n, reason: "pinned" };
}

describe("the live region map", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Moves every region of a cluster of `regions` regions on a terminal of this size. */
  function play(regions: number, columns: number, rows: number, also: readonly EventBody[] = [], longestRule = 0): { readonly terminal: Terminal; readonly middle: string } {
    const terminal = new Terminal(columns, rows);
    terminal.write("$ topoform apply\n");
    const view = liveMap(new Map([["prod", clusterOf(regions, longestRule)]]), consoleOn(terminal));
    let at = 1_000;
    const happen = (body: EventBody): void => {
      view.event("prod", { at, ...body });
      at += 100;
      jest.advanceTimersByTime(100);
    };
    happen({ code: "RUN_STARTED", cluster: "prod", tableChanges: 0, moves: regions, resumed: false });
    let middle = "";
    for (let i = 0; i < regions; i += 1) {
      happen({ code: "MOVE_SUBMITTED", move: move(i), procedure: `p${i}` });
      if (i === 1) middle = terminal.text();
      for (const body of i === 1 ? also : []) happen(body);
      happen({ code: "MOVE_DONE", move: move(i), flushMs: null, durationMs: 100, finished: i + 1, total: regions });
    }
    happen({ code: "RUN_ENDED", ok: true, interrupted: null });
    view.end();
    return { terminal, middle: middle.replace(/\u001b\[[0-9;]*m/g, "") };
  }

  test("shows where each region is and where it goes, and in the end one frame only", () => {
    const { terminal, middle } = play(3, 80, 24);
    expect(middle).toContain("datanode    0  1  2\npublic.cpu\n  a = 0     ·  ●  ·\n  a = 1     ●  ◌  ·\n  a = 2     ●  ·  ·\n");
    expect(middle).toMatch(/^█+░+ 1 of 3 moved {2}0 s\nmoving /m);
    const end = terminal.text();
    expect(end.startsWith("$ topoform apply\n")).toBe(true);
    expect(end.split("prod")).toHaveLength(2);
    expect(end).toContain("3 of 3 moved");
  });

  test.each([
    ["more regions than lines", 40, 80, 24, 0],
    ["rules longer than the line", 5, 40, 24, 44],
    ["hardly any room", 40, 20, 5, 0],
  ])("%s: still one frame, nothing scrolled away, the bar at its end", (_, regions, columns, rows, longestRule) => {
    const end = play(regions, columns, rows, [], longestRule).terminal.text();
    expect(end.split("prod")).toHaveLength(2);
    expect(end.split("\n").length).toBeLessThanOrEqual(rows);
    expect(end).toContain(`${regions} of ${regions}`.slice(0, 5));
    expect(Math.max(...end.split("\n").map(terminalWidth))).toBeLessThanOrEqual(columns);
  });

  test("what went wrong stays above the map when the run is over", () => {
    const failed: EventBody = { code: "MOVE_FAILED", move: move(2), diagnostic: { severity: "error", code: "X", summary: "The target is gone", detail: "" } };
    const end = play(3, 120, 24, [failed]).terminal.text();
    expect(end.indexOf("The target is gone")).toBeGreaterThan(0);
    expect(end.indexOf("The target is gone")).toBeLessThan(end.indexOf("prod"));
    expect(end).toContain("1 failed");
  });
});
