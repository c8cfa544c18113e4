import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** An environment that holds nothing of this machine but its PATH; everything that programs keep goes into `home`. */
export function cleanEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  mkdirSync(home, { recursive: true });
  const terraformConfiguration = join(home, "terraformrc");
  writeFileSync(terraformConfiguration, "");
  return {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    TMPDIR: tmpdir(),
    TF_CLI_CONFIG_FILE: terraformConfiguration,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "true",
    DISABLE_VERSION_CHECK: "true",
    CI: "true",
    NO_COLOR: "1",
    TOPOFORM_STATE_DIR: join(home, "state"),
    ...more,
  };
}
