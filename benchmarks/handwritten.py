"""The five detections as SQL that somebody wrote by hand, with the shipped limits: what a rehearsal is compared with.

Each is run on the log's own table at each evaluation. It returns as many rows as the deployed query does, which the
benchmark checks, so that it does the same work.
"""

MACROS = """
CREATE OR REPLACE TEMP MACRO nil(x) AS CASE WHEN x IN ('', '-', '<nil>') THEN NULL ELSE x END;
CREATE OR REPLACE TEMP MACRO filled(x) AS nullif(x, '');
"""
_VISIBLE = '"TimeGenerated" BETWEEN $since AND $now AND _arrived <= $now'
_REGISTRY = """
    coalesce(filled(lower(regexp_extract(_ResourceId, '(?i)/registries/([^/]+)', 1))),
             filled(lower(regexp_extract(LoginServer, '^[A-Za-z0-9]+'))), '(unknown)') AS registry,
    coalesce(nil(lower(Repository)), '(unknown)') AS repository,
    coalesce(nil(lower(Identity)), nil(CallerIpAddress), '(unknown)') AS identity
"""
_FOLDED = """
by_identity AS (SELECT {who}, bin, count(*) AS mine FROM operations GROUP BY ALL),
by_bin AS (SELECT bin, sum(least(mine, 20)) AS slots FROM by_identity GROUP BY bin),
levels AS (SELECT operations.*, CASE WHEN slots > {flood} THEN 2 WHEN mine > 20 THEN 1 ELSE 0 END AS level
    FROM operations JOIN by_identity USING ({who}, bin) JOIN by_bin USING (bin))
"""


def _volume(operations: str, image: str, limit: int) -> str:
    return f"""
WITH events AS (SELECT {_REGISTRY}, {image} AS image, time_bucket(INTERVAL 5 MINUTE, "TimeGenerated") AS hop
    FROM log.ContainerRegistryRepositoryEvents
    WHERE {_VISIBLE} AND lower(OperationName) IN ({operations}) AND starts_with(ResultDescription, '2')),
shifted AS (SELECT DISTINCT registry, identity, repository, image, hop - INTERVAL 5 MINUTE * shift AS start
    FROM (SELECT DISTINCT * FROM events), (VALUES (0), (1), (2)) AS shifts(shift)
    WHERE hop - INTERVAL 5 MINUTE * shift >= $now - INTERVAL 55 MINUTE),
windows AS (SELECT registry, identity, start, count(*) AS images FROM shifted GROUP BY ALL HAVING images >= {limit})
SELECT registry, identity, max(images) FROM windows GROUP BY ALL
"""


_IMAGE = "coalesce(nil(Digest), nil(Tag), '')"
_REPOSITORIES = f"""
WITH events AS (SELECT {_REGISTRY}, coalesce(nil(CallerIpAddress), '(unknown)') AS address,
        coalesce(nil(UserAgent), '(unknown)') AS client,
        coalesce(nil(CorrelationId), "TimeGenerated"::VARCHAR) AS operation,
        time_bucket(INTERVAL 30 MINUTE, "TimeGenerated") AS bin
    FROM log.ContainerRegistryRepositoryEvents
    WHERE {_VISIBLE} AND OperationName ILIKE '%delete%' AND starts_with(ResultDescription, '2')
        AND nil(Digest) IS NULL AND nil(Tag) IS NULL AND NOT regexp_matches(OperationName, '(?i)tag|manifest|purge')),
operations AS (SELECT DISTINCT * FROM events WHERE bin >= $now - INTERVAL 350 MINUTE),
{_FOLDED.format(who="registry, identity", flood=24)}
SELECT if(level = 2, '', registry), if(level = 0, repository, ''), if(level = 2, '', identity),
    if(level = 0, address, ''), if(level = 0, client, ''), if(level = 0, operation, bin::VARCHAR), count(*)
FROM levels GROUP BY ALL
"""
_IMAGES = f"""
WITH events AS (SELECT {_REGISTRY},
        coalesce(nil(Digest), nil(Tag), nil(CorrelationId), "TimeGenerated"::VARCHAR) AS image,
        time_bucket(INTERVAL 1 HOUR, "TimeGenerated") AS bin
    FROM log.ContainerRegistryRepositoryEvents
    WHERE {_VISIBLE} AND regexp_matches(OperationName, '(?i)delete|untag|purge')
        AND starts_with(ResultDescription, '2') AND NOT (nil(Digest) IS NULL AND nil(Tag) IS NULL
            AND NOT regexp_matches(OperationName, '(?i)tag|manifest|purge'))),
operations AS (SELECT registry, repository, identity, bin, count(DISTINCT image) AS images FROM events
    WHERE bin >= $now - INTERVAL 350 MINUTE GROUP BY ALL),
{_FOLDED.format(who="registry, identity", flood=48)}
SELECT if(level = 2, '', registry), if(level = 0, repository, ''), if(level = 2, '', identity), bin, sum(images)
FROM levels GROUP BY ALL
"""
_SCANS = f"""
WITH events AS (SELECT lower(OperationNameValue) AS action, lower(ResourceId) AS target,
        coalesce(nil(lower(Caller)), nil(CallerIpAddress), '(unknown)') AS identity,
        coalesce(nil(CallerIpAddress), '(unknown)') AS address,
        coalesce(nil(CorrelationId), "TimeGenerated"::VARCHAR) AS operation, "TimeGenerated" AS time,
        time_bucket(INTERVAL 30 MINUTE, "TimeGenerated") AS bin,
        replace(concat(Properties, ' ', Properties_d::VARCHAR), '\\', '') AS body,
        lower(ActivityStatusValue) IN ('success', 'succeeded') AS succeeded
    FROM log.AzureActivity
    WHERE {_VISIBLE} AND lower(OperationNameValue) IN ('microsoft.security/pricings/write',
        'microsoft.security/pricings/delete', 'microsoft.security/pricings/securityoperators/delete',
        'microsoft.containerregistry/registries/write')
        AND regexp_extract(lower(ResourceId), '/microsoft\\.security/pricings/([^/]+)', 1)
            IN ('', 'containers', 'cloudposture', 'containerregistry')),
told AS (SELECT action, target, operation, count_if(starts_with(action, 'microsoft.security/')
            AND (ends_with(action, '/delete') OR regexp_matches(body, '(?i)pricingTier["'':\\s]+free')
                OR regexp_matches(body, '(?i)VulnerabilityAssessments[^{{}}]*isEnabled["'':\\s]+false'))) AS offs,
        count_if(regexp_matches(body, '(?i)pricingTier["'':\\s]+standard')) AS ons,
        count_if(regexp_matches(body, '(?i)networkRuleBypassOptions["'':\\s]+none')) AS blocked
    FROM events GROUP BY ALL),
happened AS (SELECT action, target, identity, address, operation, bin, min(time) AS first FROM events
    WHERE succeeded AND bin >= $now - INTERVAL 350 MINUTE GROUP BY ALL),
operations AS (SELECT * FROM (SELECT action, target, identity, address, operation, bin,
        CASE WHEN offs > 0 THEN 'disabled' WHEN blocked > 0 THEN 'scanner blocked'
            WHEN ons > 0 OR starts_with(action, 'microsoft.containerregistry/') THEN ''
            WHEN $now - first >= INTERVAL 30 MINUTE THEN 'unknown' ELSE '' END AS outcome
    FROM happened JOIN told USING (action, target, operation)) WHERE outcome <> ''),
{_FOLDED.format(who="outcome, identity", flood=24)}
SELECT if(level = 2, '', outcome), if(level = 0, action, ''), if(level = 0, target, ''), if(level = 2, '', identity),
    if(level = 0, address, ''), if(level = 0, operation, bin::VARCHAR), count(*)
FROM levels GROUP BY ALL
"""

QUERIES = {
    "excessive_images_pulled": _volume("'pull'", _IMAGE, 30),
    "excessive_images_pushed": _volume("'push', 'importimage'", _IMAGE, 20),
    "forced_repository_deleted": _REPOSITORIES,
    "images_deleted_in_repository": _IMAGES,
    "image_vulnerability_scan_disabled": _SCANS,
}
