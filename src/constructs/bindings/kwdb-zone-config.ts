// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface KwdbZoneConfigConfig extends cdktf.TerraformMetaArguments {
  /**
  * Must be true for the ranges `meta`, `liveness`, `system` and `timeseries` and for database `system`: a wrong value there can stop the cluster. Default false.
  */
  readonly allowSystemRange?: boolean | cdktf.IResolvable | undefined;
  /**
  * `constraints` for all replicas: `+key=value` or `-key=value` for localities, `+attribute` for attributes. For partitions only. Excludes `replica_constraints`.
  */
  readonly constraints?: string[] | undefined;
  /**
  * Variables that get the parent's value as a value of their own (`COPY FROM PARENT`), by attribute name: `num_replicas`. When the parent's value has changed, the next plan copies it again.
  */
  readonly copyFromParent?: string[] | undefined;
  /**
  * `gc.ttlseconds`: how long overwritten values stay. From 1 on; 600 and more are advised.
  */
  readonly gcTtlSeconds?: number | undefined;
  /**
  * `lease_preferences`: where the leaseholder should be, alternatives in order. For partitions only.
  */
  readonly leasePreferences?: string[][] | cdktf.IResolvable | undefined;
  /**
  * `num_replicas`: 1, or 3 and more; odd numbers are advised. Fewer than before is refused while a node is down.
  */
  readonly numReplicas?: number | undefined;
  /**
  * `range_max_bytes`: ranges above are split. At least 5242880.
  */
  readonly rangeMaxBytes?: number | undefined;
  /**
  * `range_min_bytes`: ranges below are merged. At least 1048576, below `range_max_bytes`; the server stores the two together, so the other is completed with the inherited value.
  */
  readonly rangeMinBytes?: number | undefined;
  /**
  * `constraints` per replica: how many replicas go where, `{ "+region=NODE1" = 1 }`; several constraints of one group are joined by commas. For partitions only.
  */
  readonly replicaConstraints?: { [key: string]: number } | undefined;
  /**
  * How long `wait_for_replicas` waits. Default 600.
  */
  readonly replicasTimeoutSeconds?: number | undefined;
  /**
  * What the zone is for: `RANGE meta` (`default`, `meta`, `liveness`, `system`, `timeseries`), `DATABASE d`, `TABLE d.t`, `INDEX d.t@i`, `PARTITION p OF TABLE d.t` or `PARTITION p OF INDEX d.t@i`. Any spelling that SQL understands; another target replaces the resource.
  */
  readonly target: string;
  /**
  * `ts_merge.days` in seconds (864000 for 10 days): time-series ranges that were split by time are merged after it. The server does not let it be inherited, and needs `kv.kvserver.ts_split_interval = 1` and `kv.kvserver.ts_split_by_timestamp.enabled = true`; from KWDB 3.1.0 on it has no effect.
  */
  readonly tsMergeSeconds?: number | undefined;
  /**
  * Apply waits until the ranges have as many replicas as the zone says, not only until the zone is stored. Default false.
  */
  readonly waitForReplicas?: boolean | cdktf.IResolvable | undefined;
}

/**
* Represents a topoform_kwdb_zone_config
*/
export class KwdbZoneConfig extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_kwdb_zone_config";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a KwdbZoneConfig resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the KwdbZoneConfig to import
  * @param importFromId The id of the existing KwdbZoneConfig that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the KwdbZoneConfig to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_kwdb_zone_config", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_kwdb_zone_config Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options KwdbZoneConfigConfig
  */
  public constructor(scope: Construct, id: string, config: KwdbZoneConfigConfig) {
    super(scope, id, {
      terraformResourceType: 'topoform_kwdb_zone_config',
      terraformGeneratorMetadata: {
        providerName: 'topoform',
      },
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach
    });
    this._allowSystemRange = config.allowSystemRange;
    this._constraints = config.constraints;
    this._copyFromParent = config.copyFromParent;
    this._gcTtlSeconds = config.gcTtlSeconds;
    this._leasePreferences = config.leasePreferences;
    this._numReplicas = config.numReplicas;
    this._rangeMaxBytes = config.rangeMaxBytes;
    this._rangeMinBytes = config.rangeMinBytes;
    this._replicaConstraints = config.replicaConstraints;
    this._replicasTimeoutSeconds = config.replicasTimeoutSeconds;
    this._target = config.target;
    this._tsMergeSeconds = config.tsMergeSeconds;
    this._waitForReplicas = config.waitForReplicas;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // allow_system_range - computed: false, optional: true, required: false
  private _allowSystemRange?: boolean | cdktf.IResolvable;
  public get allowSystemRange() {
    return this.getBooleanAttribute('allow_system_range');
  }
  public set allowSystemRange(value: boolean | cdktf.IResolvable) {
    this._allowSystemRange = value;
  }
  public resetAllowSystemRange() {
    this._allowSystemRange = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get allowSystemRangeInput() {
    return this._allowSystemRange;
  }

  // constraints - computed: false, optional: true, required: false
  private _constraints?: string[];
  public get constraints() {
    return this.getListAttribute('constraints');
  }
  public set constraints(value: string[]) {
    this._constraints = value;
  }
  public resetConstraints() {
    this._constraints = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get constraintsInput() {
    return this._constraints;
  }

  // copy_from_parent - computed: false, optional: true, required: false
  private _copyFromParent?: string[];
  public get copyFromParent() {
    return cdktf.Fn.tolist(this.getListAttribute('copy_from_parent'));
  }
  public set copyFromParent(value: string[]) {
    this._copyFromParent = value;
  }
  public resetCopyFromParent() {
    this._copyFromParent = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get copyFromParentInput() {
    return this._copyFromParent;
  }

  // found - computed: true, optional: false, required: false
  public get found() {
    return this.getStringAttribute('found');
  }

  // gc_ttl_seconds - computed: false, optional: true, required: false
  private _gcTtlSeconds?: number;
  public get gcTtlSeconds() {
    return this.getNumberAttribute('gc_ttl_seconds');
  }
  public set gcTtlSeconds(value: number) {
    this._gcTtlSeconds = value;
  }
  public resetGcTtlSeconds() {
    this._gcTtlSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get gcTtlSecondsInput() {
    return this._gcTtlSeconds;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // lease_preferences - computed: false, optional: true, required: false
  private _leasePreferences?: string[][] | cdktf.IResolvable;
  public get leasePreferences() {
    return this.interpolationForAttribute('lease_preferences');
  }
  public set leasePreferences(value: string[][] | cdktf.IResolvable) {
    this._leasePreferences = value;
  }
  public resetLeasePreferences() {
    this._leasePreferences = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get leasePreferencesInput() {
    return this._leasePreferences;
  }

  // num_replicas - computed: false, optional: true, required: false
  private _numReplicas?: number;
  public get numReplicas() {
    return this.getNumberAttribute('num_replicas');
  }
  public set numReplicas(value: number) {
    this._numReplicas = value;
  }
  public resetNumReplicas() {
    this._numReplicas = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get numReplicasInput() {
    return this._numReplicas;
  }

  // planned_changes - computed: true, optional: false, required: false
  public get plannedChanges() {
    return this.getStringAttribute('planned_changes');
  }

  // range_max_bytes - computed: false, optional: true, required: false
  private _rangeMaxBytes?: number;
  public get rangeMaxBytes() {
    return this.getNumberAttribute('range_max_bytes');
  }
  public set rangeMaxBytes(value: number) {
    this._rangeMaxBytes = value;
  }
  public resetRangeMaxBytes() {
    this._rangeMaxBytes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get rangeMaxBytesInput() {
    return this._rangeMaxBytes;
  }

  // range_min_bytes - computed: false, optional: true, required: false
  private _rangeMinBytes?: number;
  public get rangeMinBytes() {
    return this.getNumberAttribute('range_min_bytes');
  }
  public set rangeMinBytes(value: number) {
    this._rangeMinBytes = value;
  }
  public resetRangeMinBytes() {
    this._rangeMinBytes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get rangeMinBytesInput() {
    return this._rangeMinBytes;
  }

  // replica_constraints - computed: false, optional: true, required: false
  private _replicaConstraints?: { [key: string]: number };
  public get replicaConstraints() {
    return this.getNumberMapAttribute('replica_constraints');
  }
  public set replicaConstraints(value: { [key: string]: number }) {
    this._replicaConstraints = value;
  }
  public resetReplicaConstraints() {
    this._replicaConstraints = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get replicaConstraintsInput() {
    return this._replicaConstraints;
  }

  // replicas_timeout_seconds - computed: false, optional: true, required: false
  private _replicasTimeoutSeconds?: number;
  public get replicasTimeoutSeconds() {
    return this.getNumberAttribute('replicas_timeout_seconds');
  }
  public set replicasTimeoutSeconds(value: number) {
    this._replicasTimeoutSeconds = value;
  }
  public resetReplicasTimeoutSeconds() {
    this._replicasTimeoutSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get replicasTimeoutSecondsInput() {
    return this._replicasTimeoutSeconds;
  }

  // target - computed: false, optional: false, required: true
  private _target?: string;
  public get target() {
    return this.getStringAttribute('target');
  }
  public set target(value: string) {
    this._target = value;
  }
  // Temporarily expose input value. Use with caution.
  public get targetInput() {
    return this._target;
  }

  // ts_merge_seconds - computed: false, optional: true, required: false
  private _tsMergeSeconds?: number;
  public get tsMergeSeconds() {
    return this.getNumberAttribute('ts_merge_seconds');
  }
  public set tsMergeSeconds(value: number) {
    this._tsMergeSeconds = value;
  }
  public resetTsMergeSeconds() {
    this._tsMergeSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tsMergeSecondsInput() {
    return this._tsMergeSeconds;
  }

  // wait_for_replicas - computed: false, optional: true, required: false
  private _waitForReplicas?: boolean | cdktf.IResolvable;
  public get waitForReplicas() {
    return this.getBooleanAttribute('wait_for_replicas');
  }
  public set waitForReplicas(value: boolean | cdktf.IResolvable) {
    this._waitForReplicas = value;
  }
  public resetWaitForReplicas() {
    this._waitForReplicas = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get waitForReplicasInput() {
    return this._waitForReplicas;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      allow_system_range: cdktf.booleanToTerraform(this._allowSystemRange),
      constraints: cdktf.listMapper(cdktf.stringToTerraform, false)(this._constraints),
      copy_from_parent: cdktf.listMapper(cdktf.stringToTerraform, false)(this._copyFromParent),
      gc_ttl_seconds: cdktf.numberToTerraform(this._gcTtlSeconds),
      lease_preferences: cdktf.listMapper(cdktf.listMapper(cdktf.stringToTerraform, false), false)(this._leasePreferences),
      num_replicas: cdktf.numberToTerraform(this._numReplicas),
      range_max_bytes: cdktf.numberToTerraform(this._rangeMaxBytes),
      range_min_bytes: cdktf.numberToTerraform(this._rangeMinBytes),
      replica_constraints: cdktf.hashMapper(cdktf.numberToTerraform)(this._replicaConstraints),
      replicas_timeout_seconds: cdktf.numberToTerraform(this._replicasTimeoutSeconds),
      target: cdktf.stringToTerraform(this._target),
      ts_merge_seconds: cdktf.numberToTerraform(this._tsMergeSeconds),
      wait_for_replicas: cdktf.booleanToTerraform(this._waitForReplicas),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      allow_system_range: {
        value: cdktf.booleanToHclTerraform(this._allowSystemRange),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      constraints: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._constraints),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      copy_from_parent: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._copyFromParent),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
      gc_ttl_seconds: {
        value: cdktf.numberToHclTerraform(this._gcTtlSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      lease_preferences: {
        value: cdktf.listMapper(cdktf.listMapper(cdktf.stringToTerraform, false), false)(this._leasePreferences),
        isBlock: false,
        type: "any",
        storageClassType: "any",
      },
      num_replicas: {
        value: cdktf.numberToHclTerraform(this._numReplicas),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      range_max_bytes: {
        value: cdktf.numberToHclTerraform(this._rangeMaxBytes),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      range_min_bytes: {
        value: cdktf.numberToHclTerraform(this._rangeMinBytes),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      replica_constraints: {
        value: cdktf.hashMapperHcl(cdktf.numberToHclTerraform)(this._replicaConstraints),
        isBlock: false,
        type: "map",
        storageClassType: "numberMap",
      },
      replicas_timeout_seconds: {
        value: cdktf.numberToHclTerraform(this._replicasTimeoutSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      target: {
        value: cdktf.stringToHclTerraform(this._target),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      ts_merge_seconds: {
        value: cdktf.numberToHclTerraform(this._tsMergeSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      wait_for_replicas: {
        value: cdktf.booleanToHclTerraform(this._waitForReplicas),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
