import { systemTable } from "../catalog/system-tables";
import { notEmulated } from "../sql-error";
import type { StatementContext } from "../statements/context";
import type { Relation } from "./relation";

const timestamp = (ms: number): string => `${new Date(ms).toISOString().replace("T", " ").replace("Z", "000")}+00:00`;

/** Tables of database `system` that can be read. */
export function systemRelation(context: StatementContext, name: string): Relation | null {
  switch (name) {
    case "settings": return {
      name, columns: [{ name: "name", type: "text" }, { name: "value", type: "text" }, { name: "lastUpdated", type: "timestamp" }, { name: "valueType", type: "text" }],
      rows: context.model.settings.explicit().map((s) => [s.name, s.value, timestamp(s.updatedAtMs).replace("+00:00", ""), s.type]),
    };
    case "namespace": return {
      name, columns: [{ name: "parentID", type: "int8" }, { name: "name", type: "text" }, { name: "id", type: "int8" }],
      rows: [...context.transaction.all("database").map(([, d]) => [0n, d.name, BigInt(d.id)]), ...context.transaction.all("table").map(([, t]) => [BigInt(t.databaseId), t.name, BigInt(t.id)])],
    };
    default:
      if (systemTable(name) !== null) throw notEmulated(`the rows of system.${name}`);
      return null;
  }
}
