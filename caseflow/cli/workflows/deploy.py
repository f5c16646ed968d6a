"""`caseflow workflows deploy`: drawings become versions."""

from pathlib import Path

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, say
from caseflow.cli.workflows.files import PATH, bundle, shipped_kinds, tell_errors
from caseflow.services import definitions
from caseflow.vocabulary import SYSTEM, Conflict, Invalid


@click.command()
@click.argument("drawing", type=PATH, nargs=-1)
def deploy(drawing: tuple[Path, ...]) -> None:
    """Deploy drawings as new versions; the same bytes again are the version they were.

    Running cases keep the version they began with. This is how a house gets its first versions,
    and those of an upgrade, with nobody's approval. Once the bureau has approved a version of a
    process itself, the command refuses to overtake it: hand the files in on the page 流程图, where
    the chief of the owning division approves them.

    Example: caseflow workflows deploy
    """
    with database() as house:
        for path in drawing or shipped_kinds():
            with house.transaction() as session:
                try:
                    deployed = definitions.deploy(session, SYSTEM, bundle(path))
                except Invalid as refusal:
                    tell_errors(refusal)
                    raise
                except Conflict as refusal:
                    _tell_way(path, refusal)
                    raise
                process, version = deployed.process, deployed.version
                latest = definitions.latest(session, process).version
            say(f"{process} 第 {version} 版", f"{process} version {version}")
            if latest != version:
                say(f"新任务仍用第 {latest} 版", f"new cases still run on version {latest}")


def _tell_way(path: Path, refusal: Conflict) -> None:
    version = refusal.values["version"]
    complain(
        f"✗ {path.name}：第 {version} 版由主管处室批准，命令不能越过它；请在“流程图”页起草新版本，"
        "用“上传文件”放入这些文件，再提交审批",
        f"✗ {path.name}: version {version} was approved by the owning division, which no command "
        "overtakes; on the page Processes begin a new version, upload these files, and hand it in",
    )
