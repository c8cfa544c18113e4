// The engines that examples are for. A folder of examples/ names its own in the file `engine`; without one it is GreptimeDB.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { greptimedb } from "./greptimedb.mjs";
import { kwdb } from "./kwdb.mjs";

const ENGINES = { greptimedb, kwdb };

export function engineOf(folder) {
  const file = path.join(folder, "engine");
  const name = existsSync(file) ? readFileSync(file, "utf8").trim() : "greptimedb";
  if (!Object.hasOwn(ENGINES, name))
    throw new Error(`${file} names "${name}", which is none of ${Object.keys(ENGINES)}`);
  return ENGINES[name];
}
