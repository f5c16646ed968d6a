"""What can be wrong with the sealing of the record."""

from caseflow.vocabulary.terms import Term


class SealFault(Term):
    """What the sealer found. All but the last two stop the sealing until it is put right."""

    HASH = "hash", "内容与其哈希不符", "what it says does not fit its hash"
    CHAIN = "chain", "与上一条留痕不衔接", "it does not follow the event before"
    SIGNATURE = "signature", "签名不是已登记密钥所签", "no key on record signed it"
    GONE = "gone", "待封存的留痕已不存在", "an event that waits to be sealed is gone"
    TWICE = "twice", "已封存过，又列为待封存", "it is sealed already and waits again"
    NO_KEY = "no_key", "尚未登记任何签名公钥", "no public key is on record"
    TILES = "tiles", "封存树与最后签发的检查点不符", "the tree does not give the last signed root"
    LEAVES = "leaves", "封存序号不连续", "the places of the sealed events have a gap"
    NOTE = "note", "最后的检查点不是封存密钥所签", "the last checkpoint is not by the sealer's key"
    FORKED = "forked", "与本机记下的检查点不一致", "it contradicts the checkpoint remembered here"
    SHORTER = "shorter", "比本机记下的检查点短", "it is shorter than the checkpoint remembered here"
    CLOCK = "clock", "数据库时钟与封存机时钟不一致", "the clocks of database and sealer differ"
    BACKWARDS = "backwards", "数据库时钟倒退", "the database's clock went backwards"
    LATE = "late", "时间早于上一检查点", "it is dated before the last checkpoint"
    EARLY = "early", "时间晚于封存时间", "it is dated after its sealing"

    @property
    def stops(self) -> bool:
        """Whether nothing is sealed until this is put right."""
        return self not in (SealFault.LATE, SealFault.EARLY)
