/** A column without its name: what `Column.…()` gives. */
export interface ColumnType {
  /** Any type name that the server accepts: `STRING`, `INT UNSIGNED`, `TIMESTAMP(3)`. */
  readonly type: string;
  /** @default true; a time index is never nullable */
  readonly nullable?: boolean;
  /** Default as `information_schema` prints it: `5`, `text`, `now()`. @default - none */
  readonly default?: string;
  /** @default - none */
  readonly comment?: string;
  /** Whether it is the table's time index. @default false */
  readonly timeIndex?: boolean;
}

/** A column with its name, for tables that list their columns. */
export interface ColumnProps extends ColumnType {
  readonly name: string;
}

/** What may be said of a column of any type. */
export interface ColumnOptions {
  /** @default true */
  readonly nullable?: boolean;
  /** A value, or an expression such as `now()`. @default - none */
  readonly default?: string | number | boolean;
  /** @default - none */
  readonly comment?: string;
}

export interface TimestampOptions extends ColumnOptions {
  /** Digits after the seconds. @default 3 */
  readonly precision?: 0 | 3 | 6 | 9;
  /** Makes it the table's time index. @default false */
  readonly timeIndex?: boolean;
}

/**
 * Column types by name. Sizes are in bits: the server's own `INT8` means eight bytes, `Column.int8()` is its TINYINT.
 *
 * @example
 * columns: {
 *   host: Column.string(),
 *   usage: Column.float64({ comment: "percent" }),
 *   ts: Column.timestamp({ precision: 3, timeIndex: true }),
 * }
 */
export class Column {
  static string(options?: ColumnOptions): ColumnType {
    return column("STRING", options);
  }

  static boolean(options?: ColumnOptions): ColumnType {
    return column("BOOLEAN", options);
  }

  static int8(options?: ColumnOptions): ColumnType {
    return column("TINYINT", options);
  }

  static int16(options?: ColumnOptions): ColumnType {
    return column("SMALLINT", options);
  }

  static int32(options?: ColumnOptions): ColumnType {
    return column("INT", options);
  }

  static int64(options?: ColumnOptions): ColumnType {
    return column("BIGINT", options);
  }

  static uint8(options?: ColumnOptions): ColumnType {
    return column("TINYINT UNSIGNED", options);
  }

  static uint16(options?: ColumnOptions): ColumnType {
    return column("SMALLINT UNSIGNED", options);
  }

  static uint32(options?: ColumnOptions): ColumnType {
    return column("INT UNSIGNED", options);
  }

  static uint64(options?: ColumnOptions): ColumnType {
    return column("BIGINT UNSIGNED", options);
  }

  static float32(options?: ColumnOptions): ColumnType {
    return column("FLOAT", options);
  }

  static float64(options?: ColumnOptions): ColumnType {
    return column("DOUBLE", options);
  }

  /** Cannot partition a table. */
  static decimal(precision: number, scale: number, options?: ColumnOptions): ColumnType {
    return column(`DECIMAL(${precision},${scale})`, options);
  }

  static date(options?: ColumnOptions): ColumnType {
    return column("DATE", options);
  }

  static timestamp(options: TimestampOptions = {}): ColumnType {
    const type = column(`TIMESTAMP(${options.precision ?? 3})`, options);
    return options.timeIndex === undefined ? type : { ...type, timeIndex: options.timeIndex };
  }

  /** Cannot partition a table. */
  static binary(options?: ColumnOptions): ColumnType {
    return column("VARBINARY", options);
  }

  /** Cannot partition a table. */
  static json(options?: ColumnOptions): ColumnType {
    return column("JSON", options);
  }

  /** Cannot partition a table. */
  static vector(dimensions: number, options?: ColumnOptions): ColumnType {
    return column(`VECTOR(${dimensions})`, options);
  }

  /** Any other type name that the server accepts. */
  static of(type: string, options?: ColumnOptions): ColumnType {
    return column(type, options);
  }

  private constructor() {}
}

function column(type: string, options: ColumnOptions = {}): ColumnType {
  return {
    type,
    ...(options.nullable === undefined ? {} : { nullable: options.nullable }),
    ...(options.default === undefined ? {} : { default: String(options.default) }),
    ...(options.comment === undefined ? {} : { comment: options.comment }),
  };
}
