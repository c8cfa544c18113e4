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
  * What `balance` evens out: `regions` (default) or `bytes`.
  */
  readonly balanceBy?: string | undefined;
  /**
  * Database of the table. Default `public`.
  */
  readonly database?: string | undefined;
  /**
  * The datanodes that the cluster is declared to have. Pins to others are refused; one that is gone shows as a change. Strategies, `exclude_datanodes` and capacities need it. Default: whatever the cluster has.
  */
  readonly datanodes?: number[] | undefined;
  /**
  * Datanodes that shall hold no region of these tables: they are drained.
  */
  readonly excludeDatanodes?: number[] | undefined;
  /**
  * Bytes of these tables that one datanode may hold, each region counted by its size class (`region_sizes`). Default: any number.
  */
  readonly maxBytesPerDatanode?: number | undefined;
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
  * Regions of these tables that one datanode may hold. Default: any number.
  */
  readonly maxRegionsPerDatanode?: number | undefined;
  /**
  * How many regions one datanode may have more than another. Default 1, which pins and capacities may exceed; when given, nothing may.
  */
  readonly maxSkew?: number | undefined;
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
  * What becomes of regions without a pin. `pinned` (default): they stay where they are, unless their datanode is excluded or over its capacity. `balance`: as many on each datanode. `spread`: those of each table on as many datanodes, then zones, as possible.
  */
  readonly strategy?: string | undefined;
  /**
  * Name of the table. Required, unless `tables` is given; then the first of them.
  */
  readonly table?: string | undefined;
  /**
  * Tables of the database that are placed together. Partitions are then named with their table: `cpu: host < 'g'`. Default: only `table`.
  */
  readonly tables?: string[] | undefined;
  /**
  * Zone of each datanode, by its id. `spread` looks at zones after datanodes.
  */
  readonly zones?: { [key: string]: string } | undefined;
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
  * @param options GreptimedbRegionPlacementConfig = {}
  */
  public constructor(scope: Construct, id: string, config: GreptimedbRegionPlacementConfig = {}) {
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
    this._balanceBy = config.balanceBy;
    this._database = config.database;
    this._datanodes = config.datanodes;
    this._excludeDatanodes = config.excludeDatanodes;
    this._maxBytesPerDatanode = config.maxBytesPerDatanode;
    this._maxIncomingMovesPerDatanode = config.maxIncomingMovesPerDatanode;
    this._maxMoves = config.maxMoves;
    this._maxOutgoingMovesPerDatanode = config.maxOutgoingMovesPerDatanode;
    this._maxRegionsPerDatanode = config.maxRegionsPerDatanode;
    this._maxSkew = config.maxSkew;
    this._pins = config.pins;
    this._replayTimeoutSeconds = config.replayTimeoutSeconds;
    this._sharedStorage = config.sharedStorage;
    this._strategy = config.strategy;
    this._table = config.table;
    this._tables = config.tables;
    this._zones = config.zones;
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

  // balance_by - computed: false, optional: true, required: false
  private _balanceBy?: string;
  public get balanceBy() {
    return this.getStringAttribute('balance_by');
  }
  public set balanceBy(value: string) {
    this._balanceBy = value;
  }
  public resetBalanceBy() {
    this._balanceBy = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get balanceByInput() {
    return this._balanceBy;
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

  // exclude_datanodes - computed: false, optional: true, required: false
  private _excludeDatanodes?: number[];
  public get excludeDatanodes() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('exclude_datanodes')));
  }
  public set excludeDatanodes(value: number[]) {
    this._excludeDatanodes = value;
  }
  public resetExcludeDatanodes() {
    this._excludeDatanodes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get excludeDatanodesInput() {
    return this._excludeDatanodes;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // max_bytes_per_datanode - computed: false, optional: true, required: false
  private _maxBytesPerDatanode?: number;
  public get maxBytesPerDatanode() {
    return this.getNumberAttribute('max_bytes_per_datanode');
  }
  public set maxBytesPerDatanode(value: number) {
    this._maxBytesPerDatanode = value;
  }
  public resetMaxBytesPerDatanode() {
    this._maxBytesPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxBytesPerDatanodeInput() {
    return this._maxBytesPerDatanode;
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

  // max_regions_per_datanode - computed: false, optional: true, required: false
  private _maxRegionsPerDatanode?: number;
  public get maxRegionsPerDatanode() {
    return this.getNumberAttribute('max_regions_per_datanode');
  }
  public set maxRegionsPerDatanode(value: number) {
    this._maxRegionsPerDatanode = value;
  }
  public resetMaxRegionsPerDatanode() {
    this._maxRegionsPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxRegionsPerDatanodeInput() {
    return this._maxRegionsPerDatanode;
  }

  // max_skew - computed: false, optional: true, required: false
  private _maxSkew?: number;
  public get maxSkew() {
    return this.getNumberAttribute('max_skew');
  }
  public set maxSkew(value: number) {
    this._maxSkew = value;
  }
  public resetMaxSkew() {
    this._maxSkew = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxSkewInput() {
    return this._maxSkew;
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

  // region_sizes - computed: true, optional: false, required: false
  private _regionSizes = new cdktf.NumberMap(this, "region_sizes");
  public get regionSizes() {
    return this._regionSizes;
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

  // table - computed: true, optional: true, required: false
  private _table?: string;
  public get table() {
    return this.getStringAttribute('table');
  }
  public set table(value: string) {
    this._table = value;
  }
  public resetTable() {
    this._table = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tableInput() {
    return this._table;
  }

  // tables - computed: false, optional: true, required: false
  private _tables?: string[];
  public get tables() {
    return this.getListAttribute('tables');
  }
  public set tables(value: string[]) {
    this._tables = value;
  }
  public resetTables() {
    this._tables = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tablesInput() {
    return this._tables;
  }

  // unavailable_datanodes - computed: true, optional: false, required: false
  public get unavailableDatanodes() {
    return this.getNumberListAttribute('unavailable_datanodes');
  }

  // zones - computed: false, optional: true, required: false
  private _zones?: { [key: string]: string };
  public get zones() {
    return this.getStringMapAttribute('zones');
  }
  public set zones(value: { [key: string]: string }) {
    this._zones = value;
  }
  public resetZones() {
    this._zones = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get zonesInput() {
    return this._zones;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      accept_data_loss_of: cdktf.listMapper(cdktf.numberToTerraform, false)(this._acceptDataLossOf),
      balance_by: cdktf.stringToTerraform(this._balanceBy),
      database: cdktf.stringToTerraform(this._database),
      datanodes: cdktf.listMapper(cdktf.numberToTerraform, false)(this._datanodes),
      exclude_datanodes: cdktf.listMapper(cdktf.numberToTerraform, false)(this._excludeDatanodes),
      max_bytes_per_datanode: cdktf.numberToTerraform(this._maxBytesPerDatanode),
      max_incoming_moves_per_datanode: cdktf.numberToTerraform(this._maxIncomingMovesPerDatanode),
      max_moves: cdktf.numberToTerraform(this._maxMoves),
      max_outgoing_moves_per_datanode: cdktf.numberToTerraform(this._maxOutgoingMovesPerDatanode),
      max_regions_per_datanode: cdktf.numberToTerraform(this._maxRegionsPerDatanode),
      max_skew: cdktf.numberToTerraform(this._maxSkew),
      pins: cdktf.hashMapper(cdktf.numberToTerraform)(this._pins),
      replay_timeout_seconds: cdktf.numberToTerraform(this._replayTimeoutSeconds),
      shared_storage: cdktf.stringToTerraform(this._sharedStorage),
      strategy: cdktf.stringToTerraform(this._strategy),
      table: cdktf.stringToTerraform(this._table),
      tables: cdktf.listMapper(cdktf.stringToTerraform, false)(this._tables),
      zones: cdktf.hashMapper(cdktf.stringToTerraform)(this._zones),
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
      balance_by: {
        value: cdktf.stringToHclTerraform(this._balanceBy),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
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
      exclude_datanodes: {
        value: cdktf.listMapperHcl(cdktf.numberToHclTerraform, false)(this._excludeDatanodes),
        isBlock: false,
        type: "set",
        storageClassType: "numberList",
      },
      max_bytes_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxBytesPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
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
      max_regions_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxRegionsPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_skew: {
        value: cdktf.numberToHclTerraform(this._maxSkew),
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
      tables: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._tables),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      zones: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._zones),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
