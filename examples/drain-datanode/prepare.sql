CREATE TABLE events (device INT, kind STRING, ts TIMESTAMP TIME INDEX, PRIMARY KEY (device))
PARTITION ON COLUMNS (device) (device < 100, device >= 100 AND device < 200, device >= 200 AND device < 300, device >= 300 AND device < 400, device >= 400 AND device < 500, device >= 500);
INSERT INTO events (device, kind, ts) VALUES (1, 'a', 1), (101, 'b', 2), (201, 'c', 3), (301, 'd', 4), (401, 'e', 5), (501, 'f', 6);
