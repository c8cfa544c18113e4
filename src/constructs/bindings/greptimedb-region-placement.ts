// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface GreptimedbRegionPlacementConfig extends cdktf.TerraformMetaArguments {
  /**
  * Datanodes whose unflushed rows may be lost: regions are moved away from them although they do not answer.
  */
  readonly acceptDataLossOf?: number[] | undefined;
  /**
  * Database of the table. Default `public`.
  */
  readonly database?: string | undefined;
  /**
  * The datanodes that the cluster is declared to have. Pins to others are refused; one that is gone shows as a change. Default: whatever the cluster has.
  */
  readonly datanodes?: number[] | undefined;
  /**
  * Moves onto one datanode at the same time. Default 2.
  */
  readonly maxIncomingMovesPerDatanode?: number | undefined;
  /**
  * Moves in the cluster at the same time. Default 16, at most 64.
  */
  readonly maxMoves?: number | undefined;
  /**
  * Moves away from one datanode at the same time. Default 1.
  */
  readonly maxOutgoingMovesPerDatanode?: number | undefined;
  /**
  * Datanode of each partition, by the partition's rule (`host < 'g'`), in any spelling that means the same; `*` is the only region of a table without partitions.
  */
  readonly pins?: { [key: string]: number } | undefined;
  /**
  * Seconds a move may take before the server rolls it back. Default 300.
  */
  readonly replayTimeoutSeconds?: number | undefined;
  /**
  * Name of the bucket that all datanodes share. Region migration needs shared storage: without it every move is refused.
  */
  readonly sharedStorage?: string | undefined;
  /**
  * `pinned` (default): regions without a pin stay where they are.
  */
  readonly strategy?: string | undefined;
  /**
  * Name of the table.
  */
  readonly table: string;
}

/**
* Represents a topoform_greptimedb_region_placement
*/
export class GreptimedbRegionPlacement extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_greptimedb_region_placement";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a GreptimedbRegionPlacement resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the GreptimedbRegionPlacement to import
  * @param importFromId The id of the existing GreptimedbRegionPlacement that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the GreptimedbRegionPlacement to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_greptimedb_region_placement", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_greptimedb_region_placement Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options GreptimedbRegionPlacementConfig
  */
  public constructor(scope: Construct, id: string, config: GreptimedbRegionPlacementConfig) {
    super(scope, id, {
      terraformResourceType: 'topoform_greptimedb_region_placement',
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
    this._acceptDataLossOf = config.acceptDataLossOf;
    this._database = config.database;
    this._datanodes = config.datanodes;
    this._maxIncomingMovesPerDatanode = config.maxIncomingMovesPerDatanode;
    this._maxMoves = config.maxMoves;
    this._maxOutgoingMovesPerDatanode = config.maxOutgoingMovesPerDatanode;
    this._pins = config.pins;
    this._replayTimeoutSeconds = config.replayTimeoutSeconds;
    this._sharedStorage = config.sharedStorage;
    this._strategy = config.strategy;
    this._table = config.table;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // accept_data_loss_of - computed: false, optional: true, required: false
  private _acceptDataLossOf?: number[];
  public get acceptDataLossOf() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('accept_data_loss_of')));
  }
  public set acceptDataLossOf(value: number[]) {
    this._acceptDataLossOf = value;
  }
  public resetAcceptDataLossOf() {
    this._acceptDataLossOf = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get acceptDataLossOfInput() {
    return this._acceptDataLossOf;
  }

  // database - computed: true, optional: true, required: false
  private _database?: string;
  public get database() {
    return this.getStringAttribute('database');
  }
  public set database(value: string) {
    this._database = value;
  }
  public resetDatabase() {
    this._database = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get databaseInput() {
    return this._database;
  }

  // datanodes - computed: false, optional: true, required: false
  private _datanodes?: number[];
  public get datanodes() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('datanodes')));
  }
  public set datanodes(value: number[]) {
    this._datanodes = value;
  }
  public resetDatanodes() {
    this._datanodes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get datanodesInput() {
    return this._datanodes;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // max_incoming_moves_per_datanode - computed: true, optional: true, required: false
  private _maxIncomingMovesPerDatanode?: number;
  public get maxIncomingMovesPerDatanode() {
    return this.getNumberAttribute('max_incoming_moves_per_datanode');
  }
  public set maxIncomingMovesPerDatanode(value: number) {
    this._maxIncomingMovesPerDatanode = value;
  }
  public resetMaxIncomingMovesPerDatanode() {
    this._maxIncomingMovesPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxIncomingMovesPerDatanodeInput() {
    return this._maxIncomingMovesPerDatanode;
  }

  // max_moves - computed: true, optional: true, required: false
  private _maxMoves?: number;
  public get maxMoves() {
    return this.getNumberAttribute('max_moves');
  }
  public set maxMoves(value: number) {
    this._maxMoves = value;
  }
  public resetMaxMoves() {
    this._maxMoves = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxMovesInput() {
    return this._maxMoves;
  }

  // max_outgoing_moves_per_datanode - computed: true, optional: true, required: false
  private _maxOutgoingMovesPerDatanode?: number;
  public get maxOutgoingMovesPerDatanode() {
    return this.getNumberAttribute('max_outgoing_moves_per_datanode');
  }
  public set maxOutgoingMovesPerDatanode(value: number) {
    this._maxOutgoingMovesPerDatanode = value;
  }
  public resetMaxOutgoingMovesPerDatanode() {
    this._maxOutgoingMovesPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxOutgoingMovesPerDatanodeInput() {
    return this._maxOutgoingMovesPerDatanode;
  }

  // pins - computed: false, optional: true, required: false
  private _pins?: { [key: string]: number };
  public get pins() {
    return this.getNumberMapAttribute('pins');
  }
  public set pins(value: { [key: string]: number }) {
    this._pins = value;
  }
  public resetPins() {
    this._pins = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pinsInput() {
    return this._pins;
  }

  // placement - computed: true, optional: false, required: false
  private _placement = new cdktf.NumberMap(this, "placement");
  public get placement() {
    return this._placement;
  }

  // planned_moves - computed: true, optional: false, required: false
  public get plannedMoves() {
    return this.getStringAttribute('planned_moves');
  }

  // region_ids - computed: true, optional: false, required: false
  private _regionIds = new cdktf.StringMap(this, "region_ids");
  public get regionIds() {
    return this._regionIds;
  }

  // replay_timeout_seconds - computed: true, optional: true, required: false
  private _replayTimeoutSeconds?: number;
  public get replayTimeoutSeconds() {
    return this.getNumberAttribute('replay_timeout_seconds');
  }
  public set replayTimeoutSeconds(value: number) {
    this._replayTimeoutSeconds = value;
  }
  public resetReplayTimeoutSeconds() {
    this._replayTimeoutSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get replayTimeoutSecondsInput() {
    return this._replayTimeoutSeconds;
  }

  // shared_storage - computed: false, optional: true, required: false
  private _sharedStorage?: string;
  public get sharedStorage() {
    return this.getStringAttribute('shared_storage');
  }
  public set sharedStorage(value: string) {
    this._sharedStorage = value;
  }
  public resetSharedStorage() {
    this._sharedStorage = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sharedStorageInput() {
    return this._sharedStorage;
  }

  // strategy - computed: true, optional: true, required: false
  private _strategy?: string;
  public get strategy() {
    return this.getStringAttribute('strategy');
  }
  public set strategy(value: string) {
    this._strategy = value;
  }
  public resetStrategy() {
    this._strategy = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get strategyInput() {
    return this._strategy;
  }

  // table - computed: false, optional: false, required: true
  private _table?: string;
  public get table() {
    return this.getStringAttribute('table');
  }
  public set table(value: string) {
    this._table = value;
  }
  // Temporarily expose input value. Use with caution.
  public get tableInput() {
    return this._table;
  }

  // unavailable_datanodes - computed: true, optional: false, required: false
  public get unavailableDatanodes() {
    return this.getNumberListAttribute('unavailable_datanodes');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      accept_data_loss_of: cdktf.listMapper(cdktf.numberToTerraform, false)(this._acceptDataLossOf),
      database: cdktf.stringToTerraform(this._database),
      datanodes: cdktf.listMapper(cdktf.numberToTerraform, false)(this._datanodes),
      max_incoming_moves_per_datanode: cdktf.numberToTerraform(this._maxIncomingMovesPerDatanode),
      max_moves: cdktf.numberToTerraform(this._maxMoves),
      max_outgoing_moves_per_datanode: cdktf.numberToTerraform(this._maxOutgoingMovesPerDatanode),
      pins: cdktf.hashMapper(cdktf.numberToTerraform)(this._pins),
      replay_timeout_seconds: cdktf.numberToTerraform(this._replayTimeoutSeconds),
      shared_storage: cdktf.stringToTerraform(this._sharedStorage),
      strategy: cdktf.stringToTerraform(this._strategy),
      table: cdktf.stringToTerraform(this._table),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      accept_data_loss_of: {
        value: cdktf.listMapperHcl(cdktf.numberToHclTerraform, false)(this._acceptDataLossOf),
        isBlock: false,
        type: "set",
        storageClassType: "numberList",
      },
      database: {
        value: cdktf.stringToHclTerraform(this._database),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      datanodes: {
        value: cdktf.listMapperHcl(cdktf.numberToHclTerraform, false)(this._datanodes),
        isBlock: false,
        type: "set",
        storageClassType: "numberList",
      },
      max_incoming_moves_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxIncomingMovesPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_moves: {
        value: cdktf.numberToHclTerraform(this._maxMoves),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_outgoing_moves_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxOutgoingMovesPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      pins: {
        value: cdktf.hashMapperHcl(cdktf.numberToHclTerraform)(this._pins),
        isBlock: false,
        type: "map",
        storageClassType: "numberMap",
      },
      replay_timeout_seconds: {
        value: cdktf.numberToHclTerraform(this._replayTimeoutSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      shared_storage: {
        value: cdktf.stringToHclTerraform(this._sharedStorage),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      strategy: {
        value: cdktf.stringToHclTerraform(this._strategy),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      table: {
        value: cdktf.stringToHclTerraform(this._table),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
