# Zone configurations of a KWDB cluster, a cluster setting and a manual rebalance: in plain HCL.
# The connection comes from the environment: TOPOFORM_KWDB_HOST, _PORT, _USER, _PASSWORD (see README.md).

terraform {
  required_providers {
    topoform = {
      source = "topoform/topoform"
    }
  }
}

provider "topoform" {
  kwdb = {}
}

resource "topoform_kwdb_zone_config" "meta" {
  target       = "RANGE meta"
  num_replicas = 7

  # Without it nothing that belongs to the cluster itself is changed.
  allow_system_range = true
}

resource "topoform_kwdb_zone_config" "shop" {
  target          = "DATABASE shop"
  range_min_bytes = 268435456
  range_max_bytes = 536870912
  gc_ttl_seconds  = 43200
}

resource "topoform_kwdb_zone_config" "orders_eu" {
  target              = "PARTITION eu OF TABLE shop.orders"
  num_replicas        = 3
  replica_constraints = { "+region=NODE1" = 1, "+region=NODE2" = 2 }
  lease_preferences   = [["+region=NODE1"]]

  # Parents before children, so that what is inherited is there.
  depends_on = [topoform_kwdb_zone_config.shop]
}

resource "topoform_kwdb_zone_config" "ts_db" {
  target       = "DATABASE ts_db"
  num_replicas = 5
}

resource "topoform_kwdb_cluster_setting" "manual_balancing" {
  name  = "kv.allocator.ts_consider_rebalance.enabled"
  value = "false"
}

resource "topoform_kwdb_range_rebalance" "ts_db" {
  target = "DATABASE ts_db"

  # Once, and again whenever one of these changes.
  triggers = { num_replicas = topoform_kwdb_zone_config.ts_db.num_replicas }

  depends_on = [topoform_kwdb_cluster_setting.manual_balancing]
}

data "topoform_kwdb_nodes" "all" {}

data "topoform_kwdb_ranges" "cpu" {
  database = "ts_db"
  table    = "cpu"
}

output "localities" {
  value = { for node in data.topoform_kwdb_nodes.all.nodes : node.id => node.locality }
}

output "ranges_of_cpu" {
  value = length(data.topoform_kwdb_ranges.cpu.ranges)
}
