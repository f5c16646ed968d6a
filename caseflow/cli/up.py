"""`caseflow up`: everything on this machine, minded until Ctrl-C."""

import errno
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from caseflow import config as settings
from caseflow import db
from caseflow.cli import record_seals
from caseflow.cli.house import make_ready
from caseflow.cli.speech import complain, say, sentence
from caseflow.config import Config
from caseflow.embedded import places as at
from caseflow.embedded import postgres, redis
from caseflow.embedded.places import CannotStart, Places
from caseflow.embedded.processes import lock, spawn
from caseflow.embedded.services import addressed
from caseflow.embedded.supervisor import POSTGRES_STOP, Child, Supervisor
from caseflow.reads import people as reads

_LINES_SHOWN = 12
# Where the processes share what they count; it begins anew with each start.
_METRICS = "metrics"
_SEALER = "sealer"


@click.command()
@click.option(
    "--demo", is_flag=True, help="Fill an empty bureau with the synthetic one (演练数据)."
)
def up(*, demo: bool) -> None:
    """
    Start database, web, worker, clockwork and sealer, and mind them until Ctrl-C.

    Example: PORT=8001 caseflow up --demo
    """
    config = settings.load()
    places = at.of(config.var)
    at.prepare(places)
    with lock(places.lock) as ours:
        if not ours:
            say(f"已在运行：{_address(config)}", f"Already running: {_address(config)}")
            return
        _refuse_a_taken_port(config)
        _run(config, places, with_demo=demo)


def _run(config: Config, places: Places, *, with_demo: bool) -> None:
    supervisor = Supervisor(partial(_tell_of_death, places))
    with supervisor.listening():
        config = _start_servers(supervisor, config, places)
        if supervisor.is_stopping():
            return
        _empty(config.var / _METRICS)
        make_ready(config)
        for name, argv in _programs(config).items():
            supervisor.add(Child(name, partial(_start, config, places, name, argv)))
        supervisor.mind(until=partial(_answers, config))
        if supervisor.is_stopping():
            return
        say(f"Caseflow 已就绪：{_address(config)}", f"Caseflow is ready: {_address(config)}")
        say("按 Ctrl-C 停止全部服务。", "Ctrl-C stops everything.")
        if with_demo:
            _demonstrate(supervisor, config)
        record_seals.tell_at_first(config, supervisor.mind)
        supervisor.mind()
        say("正在停止……", "Stopping…")


def _demonstrate(supervisor: Supervisor, config: Config) -> None:
    """Begin the demonstration in a house that may hold one, and say who can sign in."""
    house = db.connect(str(config.database_url), pool_size=1)
    with house.reading() as session:
        is_wanted = reads.is_demo_wanted(session)
    if is_wanted:
        supervisor.add(Child("demo", partial(_start_demo, config), once=True))
    supervisor.mind(until=lambda: not is_wanted or bool(_demo_people(house)))
    for line in sign_ins(_demo_people(house)):
        click.echo(line)
    house.dispose()


def _demo_people(house: db.Database) -> tuple[reads.DemoPerson, ...]:
    """Nobody as long as the database starts anew: no reason to stop."""
    try:
        with house.reading() as session:
            return reads.demo_people(session)
    except OperationalError:
        return ()


def sign_ins(people: Sequence[reads.DemoPerson]) -> list[str]:
    """Who can sign in with one click, one line each; nothing for a real bureau."""
    if not people:
        return []
    first = sentence(
        "演练人员（登录页点姓名即可登录，无需密码）：",
        "People of the demonstration (one click on the sign-in page, no password):",
    )
    rows = [
        sentence(
            f"  {person.login:<10}{person.name}  {person.role.zh}  {person.unit}",
            f"  {person.login:<10}{person.name_en}, {person.role.en}, {person.unit_en}",
        )
        for person in people
    ]
    return [first, *rows]


def _start_servers(supervisor: Supervisor, config: Config, places: Places) -> Config:
    if config.database_url is None:
        say(
            "启动内嵌 PostgreSQL（仅供试用、开发、测试）……",
            "Starting the embedded PostgreSQL (for trying out, developing, testing)…",
        )
        postgres.prepare(places)
        server = supervisor.add(
            Child(
                "postgres",
                partial(postgres.start, places, archive=config.archive),
                stop_with=POSTGRES_STOP,
            )
        )
        postgres.wait(places, server.process)
        postgres.create_roles(places)
    if config.redis_url is None:
        binary = at.redis_binary()
        if binary is None:
            say(
                "没有 Redis：后台任务由节拍进程自己完成，稍慢。",
                "No Redis here: the clockwork does the background work itself, slower.",
            )
        else:
            supervisor.add(Child("redis", partial(redis.start, places, binary)))
    return addressed(config, places)


def _programs(config: Config) -> dict[str, list[str]]:
    python = sys.executable
    return {
        "web": [
            *(python, "-m", "gunicorn", "caseflow.app:create_app()", "--worker-class", "gthread"),
            *("--workers", os.environ.get("WEB_CONCURRENCY", "2"), "--threads", "4"),
            *("--bind", f"{config.host}:{config.port}", "--timeout", "60"),
            *("--graceful-timeout", "20", "--no-control-socket"),
            "--preload",  # the processes share the code, and a killed one is back at once
        ],
        "worker": [python, "-m", "caseflow.jobs.worker"],
        "clockwork": [python, "-m", "caseflow.jobs.clockwork"],
        _SEALER: [python, "-m", "caseflow.jobs.sealer"],
    }


def _start(config: Config, places: Places, name: str, argv: list[str]) -> subprocess.Popen[bytes]:
    told = _environment_of_sealer(config) if name == _SEALER else _environment(config)
    return spawn(argv, log=places.logs / f"{name}.log", environment=told)


def _start_demo(config: Config) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "caseflow", "demo", "--scale", "sample"]
    return spawn(argv, log=None, environment=_environment(config))


def _environment(config: Config) -> dict[str, str]:
    """What the children are told; the owner's and the sealer's addresses are not among it."""
    told = {
        "CASEFLOW_VAR": str(config.var),
        "PORT": str(config.port),
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "CASEFLOW_OWNER_URL": "",
        "PROMETHEUS_MULTIPROC_DIR": str(config.var / _METRICS),
        "CASEFLOW_SEALER_URL": "",
    }
    return {name: value for name, value in told.items() if value is not None}


def _empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()


def _environment_of_sealer(config: Config) -> dict[str, str]:
    """The sealer is told its own address and no other."""
    return {
        "CASEFLOW_VAR": str(config.var),
        "CASEFLOW_SEALER_URL": config.sealer_url or "",
        "CASEFLOW_OWNER_URL": "",
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }


def _address(config: Config) -> str:
    return f"http://{config.host}:{config.port}/"


def _refuse_a_taken_port(config: Config) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((config.host, config.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotStart(f"{config.host}:{config.port}: {error.strerror}") from error
            reason = sentence(
                f"端口 {config.port} 已被占用，请另选一个，例如 PORT={config.port + 1} make run。",
                f"Port {config.port} is taken; choose another: PORT={config.port + 1} make run.",
            )
            raise CannotStart(reason) from error


def _answers(config: Config) -> bool:
    """Whether the web answers."""
    connection = http.client.HTTPConnection(config.host, config.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _tell_of_death(places: Places, name: str, code: int, pause: float | None) -> None:
    if pause is None:
        if code:
            complain(f"{name} 出错退出（{code}）。", f"{name} failed ({code}).")
        return
    log = places.logs / f"{name}.log"
    complain(
        f"{name} 意外退出（{code}），{pause:.1f} 秒后重启；日志 {log}",
        f"{name} ended ({code}), starts again in {pause:.1f} s; log {log}",
    )
    if pause > 1:
        click.echo(_last_lines(log), err=True)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LINES_SHOWN:])
