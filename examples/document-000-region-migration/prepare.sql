CREATE TABLE migration_target (host STRING, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (host));
INSERT INTO migration_target (host, v, ts) VALUES ('a', 1.5, 1), ('b', 2.5, 2);
