CREATE TABLE requests (region STRING, ts TIMESTAMP TIME INDEX, n BIGINT, PRIMARY KEY (region))
PARTITION ON COLUMNS (region) (region = 'eu', region = 'us', region < 'eu', region > 'eu' AND region < 'us', region > 'us');
INSERT INTO requests (region, ts, n) VALUES ('eu', 1, 10), ('us', 2, 20), ('jp', 3, 30);
