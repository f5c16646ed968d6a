"""Words from which synthetic names of people, firms and shops are put together."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Texts = NDArray[np.str_]

_SURNAMES = np.array(
    list(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
        "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
        "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文",
    )
)
_FIRST = np.array(
    list(
        "志建国明晓海文俊丽秀玉春永德立宏少振佳思雨子一书梦天正庆福长新学家世兴成景云雪",
    )
)
_SECOND = np.array([*"强伟军平华辉斌涛鹏杰飞勇刚波超林峰亮生芳敏静娟艳霞燕玲红梅兰琴莉萍", ""])
_MARK_FIRST = np.array(list("鑫金恒瑞宏海连滨天中华东北新正德信诚永兴盛和富安泰丰嘉利顺通源合众万"))
_MARK_SECOND = np.array(list("达源泰隆昌盛通顺发丰林洋港湾航宇晟和泽润邦源博远诚信业茂华康恒立安"))
_MARK_THIRD = np.array(["", *"佳科创联汇鸿世腾凯龙宝亿广铭卓越润翔岭峰瑞"])


def people(rng: Generator, count: int) -> Texts:
    """Names of people: a surname (frequent ones first) and one or two characters."""
    weight = 1 / (np.arange(len(_SURNAMES)) + 8.0)
    surname = rng.choice(_SURNAMES, count, p=weight / weight.sum())
    given = np.strings.add(rng.choice(_FIRST, count), rng.choice(_SECOND, count))
    return np.strings.add(surname, given)


def firm_marks(rng: Generator, count: int) -> Texts:
    """Distinct trade marks (字号) of firms, two or three characters."""
    first, second, third = len(_MARK_FIRST), len(_MARK_SECOND), len(_MARK_THIRD)
    picks = rng.permutation(first * second * third)
    if count > len(picks):
        picks = np.tile(picks, count // len(picks) + 1)
    chosen = picks[:count]
    pair = np.strings.add(
        _MARK_FIRST[chosen % first],
        _MARK_SECOND[chosen // first % second],
    )
    return np.strings.add(pair, _MARK_THIRD[chosen // (first * second)])


def shop_marks(rng: Generator, count: int) -> Texts:
    """Names of shops: a mark of two characters or the owner's way of naming it."""
    return np.strings.add(rng.choice(_MARK_FIRST, count), rng.choice(_MARK_SECOND, count))
