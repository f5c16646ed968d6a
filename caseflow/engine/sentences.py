"""What each finding says, in Chinese and English: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping


def worded(code: str, values: Mapping[str, object], lang: str) -> str:
    """The sentence of a code in ``zh`` or ``en``, its values in words."""
    zh, en = SENTENCES[code]
    shown = {name: _word(value, lang) for name, value in values.items()}
    return (en if lang == "en" else zh).format_map(shown)


def _word(value: object, lang: str) -> object:
    if callable(value):
        return value(lang)
    if isinstance(value, list | tuple):
        return (", " if lang == "en" else "、").join(map(str, value))
    return value


SENTENCES: dict[str, tuple[str, str]] = {
    # files
    "xml_size": (
        "文件超过{limit}字节，请拆分流程",
        "the file is larger than {limit} bytes; split the process",
    ),
    "xml_encoding": ("文件不是UTF-8编码，请另存为UTF-8", "the file is not UTF-8; save it as UTF-8"),
    "xml_doctype": (
        "不允许DOCTYPE或实体声明，请删去",
        "DOCTYPE and entity declarations are not allowed; remove them",
    ),
    "xml_instruction": (
        "不允许处理指令（<?…?>），请删去",
        "processing instructions (<?…?>) are not allowed; remove them",
    ),
    "xml_elements": (
        "XML元素超过{limit}个，请拆分流程",
        "more than {limit} XML elements; split the process",
    ),
    "xml_depth": (
        "XML嵌套超过{limit}层，请简化",
        "the XML is nested deeper than {limit} levels; simplify it",
    ),
    "xml_root": (
        "根元素是{found}，应为BPMN或DMN的definitions",
        "the root element is {found}; it must be the definitions of BPMN or DMN",
    ),
    "xml_broken": (
        "XML格式有误，请在画图工具中重新保存这个文件",
        "the XML is broken; mend it: {reason}",
    ),
    "unknown_file": (
        "不认识的文件，只能有.bpmn、.dmn和.form",
        "unknown kind of file; a bundle holds .bpmn, .dmn and .form",
    ),
    "one_drawing": (
        "一套定义里没有.bpmn文件，请加入流程图",
        "the bundle has no .bpmn file; add the drawing",
    ),
    "no_process": (
        "文件中没有可执行的流程，请在流程上勾选可执行（isExecutable）",
        "the file has no executable process; mark one as executable (isExecutable)",
    ),
    "one_process": (
        "应有且只有一个主流程（不被其他流程调用的），现有{count}个：{names}；请分开存放或由调用活动相连",
        (
            "there must be exactly one main process, which no other calls, not {count} ({names}); "
            "keep them apart or connect them by call activities"
        ),
    ),
    "file_name": (
        "文件名应与流程id一致，请改名为{element}.bpmn，或把流程id改成文件名",
        "the file must bear the id of its process; rename it {element}.bpmn, or mend the id",
    ),
    # elements
    "unsupported": (
        (
            "不支持“{kind}”，请删去，或改用设计器工具栏中的元素：用户、手工、服务、业务规则、发送和"
            "接收任务，调用活动，子流程，排他、并行、包容和事件网关，定时、消息、信号、错误、升级和"
            "终止事件"
        ),
        (
            '"{kind}" is not supported; remove it, or use what the palette of the designer offers: '
            "user, manual, service, business rule, send and receive tasks, call activities, "
            "sub-processes, exclusive, parallel, inclusive and event-based gateways, timer, "
            "message, signal, error, escalation and terminate events"
        ),
    ),
    "language": (
        "表达式语言“{language}”不支持，只能用FEEL",
        'the expression language "{language}" is not supported; only FEEL is',
    ),
    "no_id": ("元素没有id，请填写", "an element has no id; give it one"),
    "bad_id": (
        "id不能含空格等符号，画图工具会丢掉它；请只用字母、数字、下划线、点和连字符，并以字母开头",
        (
            "an id with blanks or signs is lost by tools that draw; use letters, digits, "
            "underscores, dots and hyphens, beginning with a letter"
        ),
    ),
    "undrawn": (
        "有{count}个元素或连线没有画在图上（{names}）；请在画图工具中打开、补画后重新保存",
        "{count} elements or flows are not in the picture ({names}); draw them and save again",
    ),
    "twice": ("id重复，请改名", "the id is used twice; rename one"),
    "flow_end": (
        "连线的起点或终点不存在，请重新连接",
        "the flow has no source or no target; connect it again",
    ),
    "flow_crosses": (
        "连线穿过子流程边界，请经由子流程的开始或结束事件",
        "the flow crosses the border of a sub-process; go through its start or end",
    ),
    "flow_direction": (
        "连线方向有误：不能进入开始事件或边界事件，也不能离开结束事件，请删去或重新连接",
        "no flow may enter a start or boundary event or leave an end event; connect it otherwise",
    ),
    "approved_by_time": (
        "“{step}”到期就照同意往下走：时间不能代替人审批，请改为提醒、报上级，或者退回",
        "time alone would agree to “{step}”; remind, let a superior decide, or send back",
    ),
    "dead_end": (
        "没有出口，请连到下一步或结束事件",
        "nothing leaves it; connect it to a next step or an end event",
    ),
    "many_out": (
        "有{count}个出口，请先接一个网关",
        "{count} flows leave it; put a gateway behind it",
    ),
    "drawing_size": (
        "流程超过{limit}个元素，请把一部分移入由调用活动连接的流程",
        "more than {limit} elements; move a part into a process reached by a call activity",
    ),
    "gate_wide": (
        "进或出的连线超过{limit}条，请用多实例或分级的网关",
        "more than {limit} flows in or out; use a multi-instance activity or gateways in steps",
    ),
    "no_way_in": ("没有入口，请连接或删去", "nothing leads to it; connect or remove it"),
    "no_event_name": (
        "没有指明{kind}，请选择或新建",
        "it names no {kind}; choose or make one",
    ),
    "event_gate": (
        "事件网关之后只能是只有一个入口的捕获事件或接收任务，请把这里换成其中一种，或改用别的网关",
        (
            "an event-based gateway leads to catch events or receive tasks with one way in; put "
            "one here, or use another gateway"
        ),
    ),
    "boundary_host": (
        "边界事件没有附着在同层的任务或子流程上，请拖到它们的边上",
        "the boundary event is not attached to an activity of its level; drag it onto one",
    ),
    "boundary_passing": (
        "服务任务、业务规则任务和发送任务立即完成，不能附着边界事件，请删去",
        "service, rule and send tasks end at once; no boundary event can watch them; remove it",
    ),
    "boundary_error": (
        "错误和升级边界事件只能附着在子流程或调用活动上，请移过去",
        "an error or escalation boundary event belongs on a sub-process or call activity; move it",
    ),
    "error_interrupts": (
        "错误事件总是中断的，请改为中断",
        "an error event always interrupts; make it interrupting",
    ),
    "event_scope_flow": (
        "事件子流程由它的开始事件启动，不能有连线进出，请删去连线",
        "an event sub-process begins by its start event; remove the flows into and out of it",
    ),
    "cycle_place": (
        "重复的定时只能用在非中断的边界事件或事件子流程的非中断开始事件上，请改用时长或改为非中断",
        (
            "a repeated timer belongs on a boundary event or the start of an event sub-process "
            "that does not interrupt; use a duration, or make it non-interrupting"
        ),
    ),
    "cycle_text": (
        "重复的定时“{text}”有误，应写作R3/PT1H（三次，每小时一次）或R/P1D（每天一次）",
        'the repetition "{text}" is wrong; write R3/PT1H (three times, hourly) or R/P1D (daily)',
    ),
    "call_unknown": (
        "调用的流程“{process}”不在这套定义里，请加入它的.bpmn文件或改正calledElement",
        'the called process "{process}" is not in the bundle; add its .bpmn or mend calledElement',
    ),
    "call_cycle": (
        "调用“{process}”会绕回自身或嵌套过深，请改用子流程或循环",
        'the call of "{process}" leads back to itself or lies too deep; use a sub-process or loop',
    ),
    "call_size": (
        "调用展开后超过{limit}个元素，请拆分流程",
        "with its calls the process has more than {limit} elements; split it",
    ),
    "call_mapping": (
        'camunda:{way}应写明source（或sourceExpression）和target，或variables="all"',
        'camunda:{way} needs source (or sourceExpression) and target, or variables="all"',
    ),
    "uncaught_escalation": (
        "升级“{name}”在外层没有事件接住，抛出后不会有任何作用；请加边界事件或事件子流程",
        (
            'nothing around catches the escalation "{name}", so it will do nothing; add a boundary '
            "event or an event sub-process"
        ),
    ),
    "one_start": (
        "应有且只有一个开始事件，现有{count}个",
        "there must be exactly one start event, not {count}",
    ),
    "no_end": ("没有结束事件，请添加", "there is no end event; add one"),
    "unreachable": (
        "从开始事件走不到这里，请检查连线",
        "it cannot be reached from the start; check the flows",
    ),
    "endless": (
        "从这里走不到结束事件，请检查连线",
        "no end event can be reached from here; check the flows",
    ),
    "no_default": (
        "网关没有默认出口，请把一条连线设为默认",
        "the gateway has no default flow; make one flow the default",
    ),
    "default_elsewhere": (
        "默认出口{flow}不是这个网关的连线，请另选一条从这里出去的连线",
        "the default flow {flow} does not leave this gateway; choose one that does",
    ),
    "join_twice": (
        "同一节点{source}有两条连线直接进入汇合网关，请只留一条",
        "two flows from {source} enter this join; keep one",
    ),
    "join_one_arm": (
        "{first}和{second}来自排他网关{fork}的两个出口，只会到达一个；请先用排他网关合并再进入汇合",
        (
            "{first} and {second} are two ways out of the exclusive gateway {fork}, so only one "
            "ever comes; merge them with an exclusive gateway before the join"
        ),
    ),
    "join_own_loop": (
        "连线{flow}只有在汇合之后才会到达，会永远等待；请在汇合之前用排他网关并入",
        (
            "the flow {flow} can only come after this join, which would wait for ever; merge it "
            "with an exclusive gateway before the join"
        ),
    ),
    "uncaught_error": (
        "错误“{name}”外层没有事件接住，请加错误边界事件或错误事件子流程",
        (
            'nothing around catches the error "{name}"; add an error boundary event or an event '
            "sub-process"
        ),
    ),
    "walk": (
        "模拟办理时走不下去（第{seed}次）：{reason}；请检查此处的连线和条件",
        "a simulated case failed (walk {seed}): {reason}; check flows and conditions here",
    ),
    "walk_on": (
        "模拟办理没有一次走到结束，请检查循环的条件",
        "no simulated case came to an end; check the conditions of the loops",
    ),
    # while a case runs
    "run_decision_unread": (
        "“{element}”要用的决策表“{name}”读不出来；请把这件任务迁移到改好的版本",
        'the decision "{name}" of "{element}" cannot be read; migrate the case to a mended version',
    ),
    "run_no_way": (
        "没有一个条件成立，也没有默认出口；请补上默认出口或改正条件",
        "no condition after it is true and it has no default; add one or mend them",
    ),
    "run_bad_member": (
        "办理成员“{item}”不是用户编号，请管理员改正流程图中多实例的集合",
        'the member "{item}" is no number of a user; have the collection in the drawing mended',
    ),
    "run_task_not_open": ("该任务未打开", "the task is not open"),
    "run_unknown_element": (
        "图中没有这个元素，请核对元素的id",
        "the drawing has no such element; check the id",
    ),
    "run_element_not_open": (
        "该步骤未打开，现打开：{open}",
        "the step is not open; open: {open}",
    ),
    "run_message_not_awaited": (
        "没有步骤在等待消息“{name}”",
        'nothing waits for the message "{name}"',
    ),
    "run_signal_not_awaited": (
        "没有步骤在等待信号“{name}”",
        'nothing waits for the signal "{name}"',
    ),
    "run_timer_not_running": (
        "没有在走的定时器",
        "no timer of it is running",
    ),
    "run_endless": (
        "不停地循环而从不等待，请检查循环的条件",
        "it runs in a circle without ever waiting; check the conditions of the loop",
    ),
    "run_stuck": (
        "停在{places}处，再也走不下去，请检查汇合网关和条件",
        "stuck at {places} for ever; check the joins and conditions",
    ),
    "run_not_an_instant": (
        "期限{value}不是时间、日期或时长",
        "the limit {value} is no instant, date or duration",
    ),
    "run_unknown_limit": (
        "限期“{name}”没有设定，请设定参数或改用天数",
        'the limit "{name}" is not set; set the parameter or give a number of days',
    ),
    "run_bad_limit": (
        "限期{value}应为0至{most}的整数",
        "the limit {value} must be a whole number from 0 to {most}",
    ),
    "run_feel": (
        "表达式无法计算：{reason}",
        "the expression cannot be evaluated: {reason}",
    ),
    "run_not_a_list": (
        "collection不是列表",
        "the collection is no list",
    ),
    "run_too_many_items": (
        "collection超过{limit}项，请缩小范围",
        "the collection has more than {limit} items; narrow it",
    ),
    "run_not_a_count": (
        "次数不是0至1000的整数",
        "the number of instances is no whole number from 0 to 1000",
    ),
    "run_not_storable": (
        "变量的值无法保存，只能是文本、数字、是非、日期和它们的列表：{reason}",
        "a variable cannot be stored; use text, numbers, booleans, dates and lists: {reason}",
    ),
    "run_state_too_large": (
        "变量共{size}字节，超过{limit}字节，请只留流转所需的变量",
        "the variables take {size} bytes, more than {limit}; keep only what routing needs",
    ),
    "run_broken_state": ("保存的状态已损坏：{reason}", "the stored state is broken: {reason}"),
    "run_unknown_format": (
        "保存的状态格式{format}不认识",
        "the stored state has the unknown format {format}",
    ),
    "run_not_unique": (
        "决策表“{decision}”应只有一条规则成立，却有规则{rules}成立，请改条件或命中策略",
        'only one rule of the table "{decision}" may hold, but {rules} do; change one',
    ),
    "run_not_alike": (
        "决策表“{decision}”成立的规则{rules}结果不同，请改成一致",
        'the rules {rules} of the table "{decision}" hold with different results; make them agree',
    ),
    "run_not_a_number": (
        "决策表“{decision}”要汇总的不是数字",
        'the table "{decision}" aggregates something that is no number',
    ),
    # scenarios
    "run_scenario_shape": (
        "情景文件写法有误（{reason}），应有title、start、steps，以及end或refused",
        "the scenario is written wrongly ({reason}): title, start, steps, and end or refused",
    ),
    "run_scenario_step": (
        "第{number}步写法有误，一步应有且只有一个动作：{known}",
        "step {number} is written wrongly; a step has exactly one of {known}",
    ),
    "run_scenario_open": ("现打开的是：{open}", "open are {open}"),
    "run_scenario_end": ("应结束于{end}，实为{found}", "it should end at {end}, not {found}"),
    "run_scenario_passed": (
        "应在第{step}步以{wanted}被拒绝，实为{found}",
        "it should be refused at step {step} with {wanted}, not {found}",
    ),
    "run_not_one_of": (
        "变量“{name}”不能是“{value}”，只能是{choices}",
        'the variable "{name}" cannot be "{value}", only {choices}',
    ),
    # acts of a trial run
    "run_bundle_refused": (
        "流程有误，不能试运行，请先改正错误输出所列的问题",
        "the drawing cannot run; mend first what the error output lists",
    ),
    "run_not_an_object": ("一行应是一个JSON对象", "a line must be one JSON object"),
    "run_bad_json": (
        "不是合法的JSON，请改正：{reason}",
        "this is no valid JSON; mend it: {reason}",
    ),
    "run_which_verb": (
        "一行应有且只有一个动作：{known}",
        "a line has exactly one of {known}",
    ),
    "run_unknown_word": ("“{verb}”不认识“{word}”", '"{verb}" does not know "{word}"'),
    "run_not_text": ("“{word}”的值应是文本", 'the value of "{word}" must be text'),
    "run_not_values": (
        "“{word}”应是变量名和值的JSON对象",
        '"{word}" must be a JSON object of variables and values',
    ),
    "run_not_started": ("尚未开始，请先写start", "the case has not begun; send start first"),
    "run_already_started": ("已经开始，不能再次start", "the case has begun already"),
    "run_bad_span": (
        "“{text}”不是时长，应写作P3D、PT90M或P1M",
        '"{text}" is no duration; write P3D, PT90M or P1M',
    ),
    "run_too_many_timers": (
        "定时器触发超过{limit}次，请缩短时长或检查循环",
        "more than {limit} timers went off; advance less or check the loops",
    ),
    # what is written on elements
    "condition_place": (
        "此处不能写条件：条件只能写在有多个出口的排他或包容网关的非默认出口上",
        (
            "no condition may stand here: only on flows out of an exclusive or inclusive gateway "
            "with several, other than the default"
        ),
    ),
    "no_condition": (
        "没有条件，请写明条件或设为默认出口",
        "it has no condition; write one or make it the default flow",
    ),
    "feel": ("表达式有误，请改正：{reason}", "the expression is refused; mend it: {reason}"),
    "no_topic": (
        "服务任务没有指明动作，请在办理设置中选“做什么”（camunda:topic）",
        'the service task names no verb; choose "What it does" in its settings (camunda:topic)',
    ),
    "unknown_verb": (
        "没有名为“{verb}”的动作，请改用：{known}",
        'there is no verb "{verb}"; use one of {known}',
    ),
    "no_form": (
        "用户任务没有表单，请在办理设置中选“表单”（camunda:formKey）",
        'the user task has no form; choose "Form" in its settings (camunda:formKey)',
    ),
    "no_opinion": (
        "opinion=required，但表单“{form}”没有opinion字段，请添加字段或删去该属性",
        'opinion=required, but the form "{form}" has no field opinion; add it or drop the property',
    ),
    "unknown_form": (
        "没有名为“{form}”的表单，请放入forms/或改名",
        'there is no form "{form}"; add it to forms/ or correct the key',
    ),
    "unknown_route": (
        "表单中没有字段“{name}”，请在表单中添加，或从属性routes中删去",
        'the form has no field "{name}"; add it, or drop it from the property routes',
    ),
    "no_role": (
        "没有岗位，请放入泳道，或在办理设置中选“岗位”（camunda:candidateGroups）",
        (
            'nobody does it: put it into a lane, or choose "Post" in its settings '
            "(camunda:candidateGroups)"
        ),
    ),
    "unknown_role": (
        "没有名为“{role}”的岗位，请在办理设置或泳道中另选岗位",
        'there is no post "{role}"; choose another in the settings or in the lane',
    ),
    "system_task": (
        "系统泳道中不能有用户任务，请移到岗位的泳道或改为服务任务",
        "a user task cannot stand in the lane of the system; move it or make it a service task",
    ),
    "property_misspelt": (
        "属性“{name}”不起作用，是否应为“{near}”？请改名或删去",
        'the property "{name}" does nothing; is "{near}" meant? Rename or remove it',
    ),
    "property_unknown": (
        "属性“{name}”不起作用，请改名或删去；可用：{known}",
        'the property "{name}" does nothing; rename or remove it; there are {known}',
    ),
    "property_value": (
        "属性{name}的值“{value}”不认识，请改正；可用：{known}",
        'the property {name} cannot be "{value}"; mend it; it may be {known}',
    ),
    "property_group": (
        "候选岗位不能是system，请从camunda:candidateGroups中删去",
        "system is no post that takes a step; remove it from camunda:candidateGroups",
    ),
    "separation_word": (
        "separation中的“{word}”既不是办案人员也不是由人办理的环节，请改正，例如“{near}”",
        (
            '"{word}" in separation is neither an officer of the case nor a step that somebody '
            'does; mend it, for instance "{near}"'
        ),
    ),
    "relation_item": (
        "relation为collective_member、named_reviewer的环节应按人多实例办理，请设多实例的集合，或改relation",
        (
            "relation collective_member or named_reviewer needs an instance for each person; "
            "set the collection of a multi-instance activity, or another relation"
        ),
    ),
    "unknown_limit": (
        "没有名为“{name}”的限期，请改为：{known}",
        'there is no limit "{name}"; use {known}',
    ),
    "unknown_decision": (
        "没有名为“{decision}”的决策，请在办理设置中选“决策表”（camunda:decisionRef）或加入它的.dmn文件",
        (
            'there is no decision "{decision}"; choose "Decision table" in the settings '
            "(camunda:decisionRef) or add its .dmn file"
        ),
    ),
    "no_result": (
        "结果无处可放，请在办理设置中填“结果记入变量”（camunda:resultVariable）",
        (
            'the result goes nowhere; fill in "Result into variable" in the settings '
            "(camunda:resultVariable)"
        ),
    ),
    "unknown_mapping": (
        (
            "结果形式“{mapping}”不支持，请在办理设置中另选“结果形式”（camunda:mapDecisionResult："
            "singleEntry、singleResult、collectEntries、resultList）"
        ),
        (
            'the form of result "{mapping}" is not supported; use singleEntry, singleResult, '
            "collectEntries or resultList (camunda:mapDecisionResult)"
        ),
    ),
    "multi_kind": (
        "只有任务、子流程和调用活动可以多实例，请删去多实例标记",
        "only tasks, sub-processes and call activities may have several instances; unmark it",
    ),
    "multi_count": (
        "请在“对哪个列表”（camunda:collection）和次数（loopCardinality）中只填一项",
        "fill in either the list (camunda:collection) or the number (loopCardinality), not both",
    ),
    "correlation_own": (
        "correlation中的“{name}”只是多实例各自的变量，请改用任务的变量，或由消息指明任务编号",
        "“{name}” in correlation belongs to one instance; name a variable of the case instead",
    ),
    "multi_variable": (
        "“{name}”不能作变量名（camunda:elementVariable、in、out），请只用字母、数字和下划线",
        (
            '"{name}" cannot name a variable (camunda:elementVariable, in, out); use letters, '
            "digits and underscores"
        ),
    ),
    "variable_declared": (
        (
            "变量声明“{text}”有误，应写作“名称: 类型”，类型为number、string、boolean、date、"
            "date_time、any、one of …、list of …"
        ),
        (
            'the declaration "{text}" is wrong; write "name: type" with number, string, boolean, '
            "date, date_time, any, one of …, list of …"
        ),
    ),
    "unused": (
        "声明了变量“{name}”，但没有条件、期限、决策表或表单用到它；请删去声明或用上它",
        (
            'the variable "{name}" is declared, but no condition, limit, table or form asks it; '
            "drop the declaration or use it"
        ),
    ),
    "asked_too_early": (
        (
            "这里用到变量“{name}”，但走到这里时还没有步骤给出它（由{setters}给出），此时总为空；"
            "请调整次序，或在流程属性variables中声明由开始时给出"
        ),
        (
            'this asks "{name}", which nothing before sets (set by {setters}), so it is always '
            "null here; change the order, or declare it as given at the start in the property "
            "variables of the process"
        ),
    ),
    "undeclared": (
        ("；请在表单字段设routing、用决策的resultVariable给出，或在流程属性variables中声明"),
        (
            "; let a form field set it (routing), a decision (resultVariable), or declare it in "
            "the property variables of the process"
        ),
    ),
    # tables
    "dmn_no_table": (
        "没有id，或没有决策表等表达式，请补上",
        "it has no id, or neither a table nor another expression; add what is missing",
    ),
    "dmn_unsupported": (
        "不支持“{kind}”，请删去或改用决策表、表达式、上下文、列表、关系、调用、函数或决策服务",
        (
            '"{kind}" is not supported; remove it, or use decision tables, expressions, contexts, '
            "lists, relations, invocations, functions, decision services"
        ),
    ),
    "dmn_policy": (
        (
            "命中策略“{policy}”不支持，请用UNIQUE、ANY、FIRST、PRIORITY、RULE ORDER、"
            "OUTPUT ORDER或COLLECT"
        ),
        (
            'the hit policy "{policy}" is not supported; use UNIQUE, ANY, FIRST, PRIORITY, '
            "RULE ORDER, OUTPUT ORDER or COLLECT"
        ),
    ),
    "dmn_priority": (
        "命中策略{policy}按输出的允许取值排序，请填写允许取值（重要的在前）",
        "the hit policy {policy} ranks by the allowed values of an output; list them, first first",
    ),
    "dmn_aggregate": (
        "聚合“{aggregate}”不支持：只能在COLLECT且只有一个输出时用SUM、MIN、MAX、COUNT",
        (
            'the aggregation "{aggregate}" is not supported: SUM, MIN, MAX, COUNT, with COLLECT '
            "and one output only"
        ),
    ),
    "dmn_type": (
        "没有类型“{kind}”，请改用number、string、boolean、date等或文件中定义的类型",
        'there is no type "{kind}"; use number, string, boolean, date … or one the file defines',
    ),
    "dmn_column_type": (
        "声明的类型是{declared}，实际是{found}，请改成一致",
        "it is declared as {declared} but is {found}; make them the same",
    ),
    "dmn_outputs": (
        "决策表没有输出，或多个输出没有都命名，请补上输出或名称",
        "the table has no output, or several of which not all are named; add what is missing",
    ),
    "dmn_rules": (
        "决策表应有1至{limit}条规则，请增加或拆分",
        "a table must have between 1 and {limit} rules; add one or split it",
    ),
    "dmn_cells": (
        "单元格数与列数不符，请补齐或删去",
        "it has not as many cells as there are columns; add or remove some",
    ),
    "dmn_input": (
        "流程没有名为“{name}”的变量，请改名或在流程、表单中声明",
        'the drawing has no variable "{name}"; rename the input or declare the variable',
    ),
    "dmn_reference": (
        "引用的“{href}”不在本文件中，请重新连接（不支持引入其他文件）",
        '"{href}" is not in this file; connect it again (imports are not supported)',
    ),
    "dmn_cycle": (
        "决策依赖于它自己，请去掉循环的连线",
        "the decision requires itself; remove the circle of requirements",
    ),
    "dmn_type_large": (
        "类型嵌套超过{depth}层或超过{limit}项，请拆小",
        "the type is nested deeper than {depth} levels or holds more than {limit} parts; split it",
    ),
    "dmn_too_deep": (
        "决策的依赖超过{limit}层，请合并一些决策",
        "decisions require each other more than {limit} deep; put some together",
    ),
    "dmn_function": (
        "函数类型{kind}不支持或没有内容：不运行Java、PMML，请用FEEL书写",
        "functions of kind {kind} are not supported, or it is empty: no Java, no PMML; use FEEL",
    ),
    "dmn_invocation": (
        "“{name}”不是函数名，调用处只能写所依赖的业务知识模型或函数的名称",
        '"{name}" is no name of a function; name a business knowledge model that it requires',
    ),
    "dmn_incomplete": (
        "{kind}缺少{part}，请补上",
        "the {kind} has no {part}; add it",
    ),
    "dmn_overlap": (
        "规则{first}与规则{second}会同时命中（如{example}），而命中策略是UNIQUE，请改条件或命中策略",
        (
            "rules {first} and {second} both hold (for example {example}) but the hit policy is "
            "UNIQUE; change a condition or the policy"
        ),
    ),
    "dmn_conflict": (
        "规则{first}与规则{second}会同时命中（如{example}）而答案不同，命中策略ANY不允许，请改成一致",
        (
            "rules {first} and {second} both hold (for example {example}) with different answers, "
            "which ANY forbids; make them agree"
        ),
    ),
    "dmn_gap": (
        "没有规则回答这样的输入：{example}；若不应为空，请补一条规则或默认输出",
        "no rule answers this input: {example}; add a rule or a default output if null is wrong",
    ),
    # decisions at work
    "run_refused": (
        "有未通过检查的内容，不能决定，请先按检查结果改正",
        "it holds something that the check refused; mend that first",
    ),
    "run_not_allowed": (
        "决策“{decision}”的“{input}”不允许取值{value}",
        'the value {value} is not allowed for "{input}" of "{decision}"',
    ),
    "run_too_much_work": (
        "计算量超过上限{limit}，已停止",
        "stopped: the work is more than {limit}",
    ),
    "run_too_many_calls": (
        "决策和函数互相调用超过{limit}层，已停止",
        "stopped: decisions and functions call each other more than {limit} deep",
    ),
    "run_function_value": (
        "函数不能作为结果",
        "a function cannot be a result",
    ),
    "run_not_computed": (
        "计算“{text}”时：{reason_zh}",
        'while computing "{text}": {reason}',
    ),
    "run_no_decision": (
        "文件中没有名为“{name}”的决策或决策服务，现有：{known}",
        'the file has no decision or decision service "{name}"; it has: {known}',
    ),
    "run_unknown_input": (
        "没有名为“{name}”的输入，现有：{known}",
        'there is no input "{name}"; there are: {known}',
    ),
    "run_bad_input": (
        "输入“{name}”的值{value}不是{zh}",
        'the value {value} of the input "{name}" is no {en}',
    ),
    # forms
    "form_size": (
        "表单文件超过{limit}字节，请拆分表单",
        "the form is larger than {limit} bytes; split it",
    ),
    "form_encoding": (
        "表单不是UTF-8编码，请另存为UTF-8",
        "the form is not UTF-8; save it as UTF-8",
    ),
    "form_broken": (
        "表单不是合法的JSON，请改正：{reason}",
        "the form is no valid JSON; mend it: {reason}",
    ),
    "form_type": (
        "不是form-js表单，请把type写为default",
        "this is no form-js form; write the type default",
    ),
    "form_name": (
        "表单id“{id}”与文件名“{key}”不同，请改成一样",
        'the id "{id}" of the form is not its file name "{key}"; make them the same',
    ),
    "form_components": (
        "components应为组件的列表",
        "components must be a list of components",
    ),
    "form_fields": (
        "组件超过{limit}个，请拆分表单",
        "more than {limit} components; split the form",
    ),
    "form_twice": ("字段名重复，请改名", "the key is used twice; rename one"),
    "form_kind": (
        "组件“{kind}”不支持，请改用：{known}",
        'the component "{kind}" is not supported; use one of {known}',
    ),
    "form_key": (
        "字段名应为小写英文、数字和下划线，不能用process、data、errors等表单自用的名称",
        (
            "the key must be lower-case letters, digits and underscores, "
            "and no name that a form itself uses, such as process, data, errors"
        ),
    ),
    "form_group_path": ("分组不能有path，请删去", "a group cannot have a path; remove it"),
    "form_properties": ("properties应为名称和值", "properties must be names and values"),
    "form_validate": ("validate应为名称和值", "validate must be names and values"),
    "form_conditional": ("conditional应为名称和值", "conditional must be names and values"),
    "form_pattern": (
        "正则表达式有误、过长或回指了分组，请改写",
        "the pattern is wrong, too long, or refers back to a group; write another",
    ),
    "form_number": ("{name}应为0至{most}的整数", "{name} must be a whole number from 0 to {most}"),
    "form_bound": (
        "{name}应为数字，例如0或99.50",
        "{name} must be a number, such as 0 or 99.50",
    ),
    "form_choices": (
        "选项应且只应来自values、valuesKey或properties.vocabulary之一，请只留一种",
        "the choices come from one of values, valuesKey and properties.vocabulary; keep one only",
    ),
    "form_vocabulary": (
        "词汇表中没有“{name}”，请改用其他词表，例如：{known}",
        'the vocabulary has no list "{name}"; use another, for example {known}',
    ),
    "form_validator": (
        "没有名为“{name}”的校验，请改用：{known}",
        'there is no validator "{name}"; use one of {known}',
    ),
    "form_label": ("没有中文名称，请填label", "it has no label; write one"),
    "form_label_en": (
        "没有英文名称，请填properties.label_en",
        "it has no properties.label_en; write one",
    ),
    "form_nested_list": (
        "列表中不能再有列表，请移出来",
        "a list cannot hold another list; move it out",
    ),
}
