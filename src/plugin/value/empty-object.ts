import type { Block } from "../schema/schema";
import type { ObjectValue, Value } from "./value";

/** An object of a block without any values: attributes null, collections of blocks empty. A start for building states. */
export function emptyObject(block: Block): ObjectValue {
  const attributes = Object.keys(block.attributes).map((name) => [name, null] as const);
  const blocks = Object.entries(block.blocks ?? {}).map(([name, nested]): readonly [string, Value] => {
    switch (nested.nesting) {
      case "single":
        return [name, null];
      case "group":
        return [name, emptyObject(nested)];
      case "list":
      case "set":
        return [name, []];
      case "map":
        return [name, {}];
    }
  });
  return Object.fromEntries([...attributes, ...blocks]);
}
