"""What each fault is called in Chinese and in English. The words in braces are its values."""

from __future__ import annotations

TYPE_NAMES = {
    "any": "任意值",
    "null": "空值",
    "number": "数字",
    "string": "文本",
    "boolean": "是非值",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "days and time duration": "天数时长",
    "years and months duration": "年月时长",
    "context": "记录",
    "list": "列表",
    "range": "区间",
    "function": "函数",
}

SENTENCES: dict[str, tuple[str, str]] = {
    "empty": ("表达式为空", "the expression is empty"),
    "too_long": (
        "表达式超过{limit}个字符",
        "the expression is longer than {limit} characters",
    ),
    "too_many_nodes": (
        "表达式超过{limit}个成分，请拆开书写",
        "the expression has more than {limit} parts; split it up",
    ),
    "too_deep": (
        "嵌套超过{limit}层，请拆开书写",
        "the nesting is deeper than {limit} levels; split it up",
    ),
    "too_many_steps": (
        "计算超过{limit}步，已停止",
        "the calculation was stopped after {limit} steps",
    ),
    "too_large": (
        "计算结果过大（上限{limit}）",
        "a result of the calculation is too large (limit {limit})",
    ),
    "bad_character": ("不允许使用字符{character}", "the character {character} is not allowed"),
    "open_string": ("文本缺少结束引号", "the text has no closing quotation mark"),
    "bad_escape": ("文本中的转义{text}无效", "the escape {text} in the text is not valid"),
    "bad_number": (
        "数字{text}超出范围（最多34位有效数字）",
        "the number {text} is out of range (at most 34 digits)",
    ),
    "bad_temporal": (
        "“{text}”不是日期、时间或时长，应写作 2009-12-31、08:30:00 或 P5D",
        '"{text}" is no date, time or duration; write 2009-12-31, 08:30:00 or P5D',
    ),
    "unexpected": ("此处不应出现“{found}”", '"{found}" is not expected here'),
    "unexpected_end": ("表达式没有写完", "the expression is not complete"),
    "wanted": (
        "此处应为“{wanted}”，而不是“{found}”",
        '"{wanted}" is expected here instead of "{found}"',
    ),
    "bad_pattern": (
        "模式“{text}”有误或用了不支持的写法（如\\1回指前面的组），请改写",
        'the pattern "{text}" is wrong or uses what is not there (\\1 back to a group); rewrite it',
    ),
    "external": (
        "外部函数（Java、PMML）不支持，请用FEEL书写",
        "external functions (Java, PMML) are not supported; write it in FEEL",
    ),
    "chained": (
        "比较不能连写，请用“and”连接或写成区间",
        'comparisons cannot be chained; join them with "and" or write a range',
    ),
    "unknown_name": ("此处没有名为“{name}”的项", 'the name "{name}" is not declared here'),
    "unknown_function": ("没有名为“{name}”的函数", 'there is no function "{name}"'),
    "unknown_entry": ("{type}没有“{name}”这一项", 'a {type} has no entry "{name}"'),
    "unknown_type": ("没有名为“{name}”的类型", 'there is no type "{name}"'),
    "duplicate_name": ("“{name}”重复出现", '"{name}" is given twice'),
    "wrong_count": (
        "函数“{name}”需要{wanted}个参数，现有{found}个",
        'the function "{name}" takes {wanted} arguments, not {found}',
    ),
    "wrong_argument": (
        "函数“{name}”的第{position}个参数应为{wanted}，而不是{found}",
        'argument {position} of "{name}" must be a {wanted}, not a {found}',
    ),
    "wrong_parameter": (
        "函数“{name}”没有名为“{parameter}”的参数",
        'the function "{name}" has no parameter "{parameter}"',
    ),
    "wrong_operands": (
        "“{op}”不能用于{left}和{right}",
        '"{op}" does not work on a {left} and a {right}',
    ),
    "wrong_type": ("此处应为{wanted}，而不是{found}", "a {wanted} is expected here, not a {found}"),
    "not_one_of": (
        "“{value}”不在允许的取值之中：{choices}",
        '"{value}" is none of the allowed values: {choices}',
    ),
    "double_equals": (
        "比较只写一个等号；请把“==”改为“=”",
        'one sign compares; write "=" instead of "=="',
    ),
    "not_computable": (
        "函数“{name}”不能在此计算",
        'the function "{name}" cannot be computed here',
    ),
    "bad_value": (
        "“{name}”的值无法用于表达式",
        'the value of "{name}" cannot be used in an expression',
    ),
}
