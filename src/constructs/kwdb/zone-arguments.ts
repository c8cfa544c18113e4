import { Fn } from "cdktf";

import type { ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { formatConstraint, groupText, type Constraint, type Constraints } from "../../topology/kwdb/constraint";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { jsonName } from "../../topology/kwdb/zone-values";
import type { KwdbZoneConfigConfig } from "../bindings/kwdb-zone-config";
import { toTerraformNumber } from "../datanode-number";
import { templateText } from "../template-text";
import { isUnresolved } from "../unresolved";

/** The arguments of a zone configuration's resource. */
export function zoneArguments(zone: ZoneConfigDeclaration): KwdbZoneConfigConfig {
  const { rangeMinBytes, rangeMaxBytes, gcTtl, numReplicas, tsMerge, constraints, leasePreferences } = zone.values;
  return {
    target: targetText(zone.target),
    rangeMinBytes: rangeMinBytes === undefined ? undefined : toTerraformNumber(rangeMinBytes),
    rangeMaxBytes: rangeMaxBytes === undefined ? undefined : toTerraformNumber(rangeMaxBytes),
    gcTtlSeconds: gcTtl,
    numReplicas,
    tsMergeSeconds: tsMerge,
    ...(constraints === undefined ? {} : constraintArguments(constraints)),
    leasePreferences: leasePreferences?.map((group) => group.map(constraintText)),
    copyFromParent: zone.copyFromParent.length === 0 ? undefined : zone.copyFromParent.map(jsonName),
    allowSystemRange: zone.allowSystemRange || undefined,
    waitForReplicas: zone.waitForReplicas || undefined,
  };
}

/** As SQL writes it. A name that only Terraform knows gets its quotes from Terraform: CDKTF's HCL escapes none beside a reference. */
export function targetText(target: ZoneTarget): string {
  const unknown = Object.values(target).filter((name): name is string => isUnresolved(name));
  const text = formatZoneTarget(target);
  return unknown.reduce((rest, name) => rest.replace(`"${name}"`, Fn.jsonencode(name)), templateText(text));
}

function constraintArguments(
  constraints: Constraints,
): Pick<KwdbZoneConfigConfig, "constraints" | "replicaConstraints"> {
  if (constraints.kind === "all-replicas") return { constraints: constraints.constraints.map(constraintText) };
  const groups = constraints.groups.map(
    ({ replicas, constraints: group }) => [templateText(groupText(group)), replicas] as const,
  );
  return { replicaConstraints: Object.fromEntries(groups) };
}

function constraintText(constraint: Constraint): string {
  return templateText(formatConstraint(constraint));
}
