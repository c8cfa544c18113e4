import { datanodeId } from "../../topology/ids";
import { BALANCE_MEASURES, PLACEMENT_STRATEGIES } from "../../topology/manifest";
import type { JsonReader } from "../json-reader";
import type { PlacementRule } from "./placement-rule";

/** A rule as it stands in a plan's JSON: ids and bytes as decimal text. */
export function ruleToJson(rule: PlacementRule): unknown {
  const { regions, bytes } = rule.capacity;
  return {
    ...rule,
    datanodes: rule.datanodes.map(({ id, zone }) => ({ id: String(id), zone })),
    exclude: rule.exclude.map(String),
    capacity: { regions, bytes: bytes?.toString() },
  };
}

/** The rule that {@link ruleToJson} wrote; the reader says what is wrong with another value. */
export function readRule(reader: JsonReader): PlacementRule {
  const capacity = reader.at("capacity");
  const [regions, bytes, maxSkew] = [capacity.at("regions"), capacity.at("bytes"), reader.at("maxSkew")];
  return {
    name: reader.at("name").text(),
    tables: reader.at("tables").list((table) => ({ database: table.at("database").text(), name: table.at("name").text() })),
    strategy: reader.at("strategy").oneOf(PLACEMENT_STRATEGIES),
    by: reader.at("by").oneOf(BALANCE_MEASURES),
    datanodes: reader.at("datanodes").list((datanode) => {
      const zone = datanode.at("zone");
      return { id: datanode.at("id").id(datanodeId), ...(zone.value === undefined ? {} : { zone: zone.text() }) };
    }),
    exclude: reader.at("exclude").list((id) => id.id(datanodeId)),
    capacity: {
      ...(regions.value === undefined ? {} : { regions: regions.count() }),
      ...(bytes.value === undefined ? {} : { bytes: bytes.id(BigInt) }),
    },
    ...(maxSkew.value === undefined ? {} : { maxSkew: maxSkew.count() }),
  };
}
