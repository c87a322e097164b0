"""A catalogue of any size, written straight into the record: what a district has after decades."""

import psycopg

DOCUMENTS = """
    INSERT INTO publish.document (id, current_edition, index_no, last_published_at, changed_at)
    SELECT uuidv7(make_interval(mins => n - %(count)s)), 1,
        '12219900MB0A20027E/' || (2026 - n %% 15) || '-' || lpad(n::text, 6, '0'),
        now() + make_interval(mins => n - %(count)s), now() + make_interval(mins => n - %(count)s)
    FROM generate_series(1, %(count)s) AS n
"""

EDITIONS = """
    INSERT INTO publish.edition (document_id, edition, title, kind, theme, department, joint_with, doc_no,
        doc_no_key, created_on, content_sha256, files, about, approval_id, approval, approved_by,
        published_at)
    SELECT id, 1, '滨海经济技术开发区关于' || (ARRAY['企业用工保障','数字经济发展','办事窗口服务时间',
            '社会保险补贴','自来水停水检修','档案开放','部门预算公开'])[1 + n %% 7]
            || '（' || n || '）的通知',
        (ARRAY['notice','guide','report','statistics','personnel','budget','plan','regulation'])[1 + n %% 8],
        lpad((1 + n %% 22)::text, 2, '0') || '.' || lpad((1 + n %% 5)::text, 2, '0'),
        codes[1 + n %% cardinality(codes)], '{}', '滨开管发〔' || (2026 - n %% 15) || '〕' || n || '号',
        '滨开管发〔' || (2026 - n %% 15) || '〕' || n || '号',
        make_date((2026 - n %% 15)::int, (1 + n %% 12)::int, (1 + n %% 28)::int),
        encode(sha256(n::text::bytea), 'hex'),
        jsonb_build_array(jsonb_build_object('name', '通知正文.pdf', 'media_type', 'application/pdf',
            'size', 100000 + n, 'sha256', encode(sha256(n::text::bytea), 'hex'))),
        jsonb_build_object('summary', '为进一步方便企业和群众办事，经研究，决定调整有关事项，现予公布。',
            'genre', 'notice', 'audience', '["citizens", "enterprises"]'::jsonb, 'office', '综合科',
            'keywords', jsonb_build_array('通知', '事项' || n %% 500), 'matter', 'matter-' || n %% 20000),
        gen_random_uuid(), '', 'cao.zhiyuan', last_published_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM publish.document) AS listed,
        (SELECT array_agg(code ORDER BY code) AS codes FROM shared.department) AS bodies
"""

TAGS = """
    UPDATE publish.document SET tags = publish.tags_of(shown, index_no)
    FROM publish.edition AS shown WHERE shown.document_id = document.id
"""


ANSWERS = """
    INSERT INTO publish.answer
    SELECT document.id, last_published_at, changed_at, tags, publish.entry_of(document, shown)
    FROM publish.document JOIN publish.edition AS shown ON shown.document_id = document.id
    ORDER BY last_published_at
"""


def fill(url: str, count: int) -> list[str]:
    """That many public documents; their numbers. Triggers are left out, what they would write is written."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET search_path = publish")
        connection.execute(DOCUMENTS.encode(), {"count": count})
        connection.execute(EDITIONS.encode(), {})
        connection.execute(TAGS.encode())
        connection.execute("SET timezone = 'UTC'")
        connection.execute(ANSWERS.encode())
        connection.execute("VACUUM (FULL, ANALYZE) publish.document")
        connection.execute("VACUUM ANALYZE publish.edition, publish.answer")
        return [str(id_) for (id_,) in connection.execute("SELECT id FROM publish.document")]
