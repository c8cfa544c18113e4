# A partitioned table over three datanodes, and where each of its regions lives: in plain HCL.
# The connection comes from the environment: TOPOFORM_GREPTIMEDB_HOST, _PORT, _USER, _PASSWORD (see README.md).

terraform {
  required_providers {
    topoform = {
      source = "topoform/topoform"
    }
  }
}

provider "topoform" {}

variable "bucket" {
  description = "Name of the S3 bucket that all datanodes share. Region migration needs it."
  type        = string
  default     = "metrics"
}

resource "topoform_greptimedb_table" "cpu" {
  name = "cpu"

  columns = [
    { name = "host", type = "STRING" },
    { name = "usage_user", type = "DOUBLE" },
    { name = "ts", type = "TIMESTAMP(3)" },
  ]
  primary_key = ["host"]
  time_index  = "ts"

  # Three ranges: host < 'g', 'g' <= host < 'p', 'p' <= host.
  partition_columns   = ["host"]
  partition_less_than = [["g"], ["p"], ["MAXVALUE"]]

  options = { ttl = "90d" }

  # Nothing that loses data is done while this is true, which is the default.
  deletion_protection = true
}

resource "topoform_greptimedb_region_placement" "cpu" {
  table          = topoform_greptimedb_table.cpu.name
  datanodes      = [0, 1, 2]
  shared_storage = var.bucket

  pins = {
    "host < 'g'"                 = 0
    "host >= 'g' AND host < 'p'" = 1
    "host >= 'p'"                = 2
  }

  # A table that is dropped and created again has new regions: they are placed anew in the same apply.
  lifecycle {
    replace_triggered_by = [topoform_greptimedb_table.cpu.table_id]
  }
}

data "topoform_greptimedb_datanodes" "all" {}

output "placement" {
  description = "The datanode of each region. An output makes drift visible in every plan."
  value       = topoform_greptimedb_region_placement.cpu.placement
}

output "datanodes" {
  value = { for datanode in data.topoform_greptimedb_datanodes.all.datanodes : datanode.id => datanode.address }
}
