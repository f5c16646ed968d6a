"""A second reading of BPMN 2.0, for judging the engine: it shares neither code nor method with it.

The engine keeps a tree of tokens, each below its scope. Here is a flat marking: tokens with the
path of the activities around them, and rules that take tokens away and put others down.
"""

from tests.trust.interpreter.marking import Mark
from tests.trust.interpreter.net import Net, Node, read
from tests.trust.interpreter.play import NotHeard, Play, StuckHere

__all__ = ["Mark", "Net", "Node", "NotHeard", "Play", "StuckHere", "read"]
