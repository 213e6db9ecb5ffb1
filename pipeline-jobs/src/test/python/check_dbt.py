"""The tests of 'show --dbt' in a real dbt, on the views of 'show --sql-ddl duckdb', and then on a table with a row twice.

    python check_dbt.py OUTPUT

OUTPUT is a finished run of the quickstart.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

PROFILE = "geolocsft: {target: local, outputs: {local: {type: duckdb, path: geolocsft.duckdb, threads: 2}}}\n"


def shown(output: str, *options: str) -> str:
    return subprocess.run(["run/geolocsft", "show", "--output", output, *options], check=True, capture_output=True,
                          text=True).stdout


def test(project: Path, *options: str) -> tuple[int, str]:
    dbt = Path(sys.executable).with_name("dbt")
    done = subprocess.run([dbt, "--no-send-anonymous-usage-stats", "--no-use-colors", "test", *options], cwd=project,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    return done.returncode, done.stdout


def main() -> None:
    output, = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "models").mkdir()
        (project / "models" / "schema.yml").write_text(shown(output, "--dbt"))
        (project / "dbt_project.yml").write_text("name: geolocsft\nprofile: geolocsft\n")
        (project / "profiles.yml").write_text(PROFILE)
        views = shown(output, "--sql-ddl", "duckdb")
        with duckdb.connect(str(project / "geolocsft.duckdb")) as connection:
            connection.execute("CREATE SCHEMA geolocsft; USE geolocsft;" + views)
        code, said = test(project)
        assert code == 0 and " WARN=0 ERROR=0 SKIP=0 " in said, said
        passed = int(said.rsplit("PASS=", 1)[1].split()[0])
        assert passed > 200, said
        print(f"dbt: {passed} tests pass")
        with duckdb.connect(str(project / "geolocsft.duckdb")) as connection:
            connection.execute("USE geolocsft; CREATE TABLE twice AS FROM selection; INSERT INTO twice FROM twice LIMIT 1;"
                               "CREATE OR REPLACE VIEW selection AS FROM twice")
        code, said = test(project, "--select", "source:geolocsft.selection")
        assert code == 1 and " WARN=0 ERROR=1 " in said and "FAIL 1 source_unique_geolocsft_selection" in said, said
        print("dbt: a row that is there twice fails its test")


main()
