import { request } from "node:http";
import { startHttpAdmin } from "../../../../src/devcluster/greptimedb/model/http-admin";
import type { HttpAdmin } from "../../../../src/devcluster/greptimedb/model/http-admin";
import { bench, createTable } from "../model/helpers";
import type { Bench } from "../model/helpers";
import { VERSIONS, recording } from "./recording";

interface Reply {
  readonly status: number;
  readonly body: string;
}

function ask(admin: HttpAdmin, method: string, path: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: admin.host, port: admin.port, method, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on("error", reject);
    call.end();
  });
}

/** What stays of an answer when times, table ids and the order of datanodes are set aside. */
function comparable(path: string, body: string): unknown {
  if (path === "/admin/node-lease") {
    const leases = JSON.parse(body) as { readonly name: { readonly node_id: number }; readonly human_time: string; readonly lease: { readonly timestamp_millis: number } }[];
    return leases
      .map((lease) => ({ ...lease, human_time: lease.human_time.replace(/\d/g, "9"), lease: { ...lease.lease, timestamp_millis: 0 } }))
      .sort((a, b) => a.name.node_id - b.name.node_id);
  }
  return path === "/admin/sequence/table/next-id" ? body.replace(/\d+/, "<id>") : body;
}

async function served<T>(cluster: Bench, use: (admin: HttpAdmin) => Promise<T>): Promise<T> {
  const admin = await startHttpAdmin(cluster.model);
  try {
    return await use(admin);
  } finally {
    await admin.close();
  }
}

/** `/v1/health` and `/status` in the recordings are the frontend's. */
const FRONTEND_PATHS = new Set(["/v1/health", "/status"]);

describe.each(VERSIONS)("metasrv's HTTP administration, %s", (version) => {
  test("scenes: every recorded request, in order", async () => {
    const cluster = bench({ version });
    await createTable(cluster, "t", 1);
    const recorded = recording(version).filter((line) => line.http !== undefined);
    expect(recorded.length).toBeGreaterThan(10);
    await served(cluster, async (admin) => {
      for (const { http = "", status, body = "" } of recorded) {
        const [method = "", path = ""] = http.split(" ");
        if (FRONTEND_PATHS.has(path)) continue;
        const reply = await ask(admin, method, path);
        expect({ http, status: reply.status, body: comparable(path, reply.body) }).toEqual({ http, status, body: comparable(path, body) });
      }
    });
  });

  test("unknown paths are 404, wrong methods 405, and a dead metasrv answers nothing", async () => {
    const cluster = bench({ version });
    await served(cluster, async (admin) => {
      expect((await ask(admin, "GET", "/admin/region-migration")).status).toBe(404);
      expect((await ask(admin, "GET", "/admin/maintenance/enable")).status).toBe(405);
      cluster.model.faults.killMetasrv();
      await expect(ask(admin, "GET", "/admin/health")).rejects.toThrow();
    });
  });
});

test("before 0.15 maintenance answers in words, and there are no verbs", async () => {
  const cluster = bench({ version: "0.12.2" });
  await served(cluster, async (admin) => {
    expect(await ask(admin, "PUT", "/admin/maintenance?enable=true")).toEqual({ status: 200, body: "Maintenance mode is enabled" });
    expect((await ask(admin, "GET", "/admin/maintenance/status")).status).toBe(404);
    expect((await ask(admin, "POST", "/admin/procedure-manager/pause")).status).toBe(404);
  });
});
