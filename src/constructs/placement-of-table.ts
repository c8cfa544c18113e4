import type { Construct } from "constructs";

import {
  GreptimedbRegionPlacement,
  type GreptimedbRegionPlacementConfig,
} from "./bindings/greptimedb-region-placement";
import { GreptimedbTable } from "./bindings/greptimedb-table";

/**
 * The placement of a table of the same program. A table that is dropped and created again has new regions, wherever the server
 * puts them: the placement is then made anew in the same apply. Destroying it moves nothing.
 */
export class PlacementOfTable extends GreptimedbRegionPlacement {
  private asHcl = false;

  constructor(
    scope: Construct,
    id: string,
    private readonly placed: GreptimedbTable,
    config: GreptimedbRegionPlacementConfig,
  ) {
    super(scope, id, config);
  }

  // Not by the argument `lifecycle`: Terraform takes the reference from JSON only as bare text, from HCL only as an expression.
  override get terraformMetaArguments(): Record<string, unknown> {
    const incarnation = `${GreptimedbTable.tfResourceType}.${this.placed.friendlyUniqueId}.table_id`;
    const reference = this.asHcl ? `\${${incarnation}}` : incarnation;
    const meta: Record<string, unknown> = super.terraformMetaArguments;
    const lifecycle = meta["lifecycle"] as { readonly replaceTriggeredBy?: readonly string[] } | undefined;
    const replaceTriggeredBy = [...(lifecycle?.replaceTriggeredBy ?? []), reference];
    return { ...meta, lifecycle: { ...lifecycle, replaceTriggeredBy } };
  }

  override toHclTerraform(): unknown {
    this.asHcl = true;
    try {
      return super.toHclTerraform();
    } finally {
      this.asHcl = false;
    }
  }
}
