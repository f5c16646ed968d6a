"""Sentences for what the record's own commands refuse: keys, checkpoints, proofs, ceremonies."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "case_went_on": (
        "任务 {number} 正在办理中，案卷没有出具，请稍后再试。",
        "Case {number} is being worked on, and no dossier was made: try again in a moment.",
    ),
    "record_never_sealed": (
        "留痕尚未封存过：先运行 caseflow up，让封存程序签出第一份检查点。",
        "The record was never sealed: run caseflow up, so that the sealer signs a checkpoint.",
    ),
    "dossier_unsealed": (
        "封存程序没有及时封存，任务 {number} 的案卷没有出具：请确认封存进程正在运行，稍后再试。",
        "The sealer was late, and case {number} got no dossier: see that it runs, then try again.",
    ),
    "export_exists": (
        "{path} 已存在，请换一个名称或先移走。",
        "{path} is there already: choose another name, or move it away first.",
    ),
    "log_key": (
        "{file} 不是有效的密钥文件。请换回原文件；密钥遗失时按 docs/operations/record.md 更换。",
        "{file} holds no key. Put the former file back, or see docs/operations/record.md.",
    ),
    "making_past": (
        "演练历史正在生成，生成完后才封存：请稍后再试。",
        "The past of the demo is being made and is sealed when it is done: try again later.",
    ),
    "checkpoint_none": (
        "还没有检查点：请确认封存进程正在运行，稍候再试。",
        "Nothing is sealed yet: see that the sealer runs, then try again.",
    ),
    "checkpoint": (
        "没有 {size} 条时的检查点。用 caseflow record checkpoint 查看最新的。",
        "No checkpoint was signed at {size} events. `caseflow record checkpoint` shows the newest.",
    ),
    "checkpoint_sheet": (
        "{on} 没有检查点日报：日报每晚自动生成，当天的可随时生成。",
        "There is no sheet of {on}: they are made each night, today's at any time.",
    ),
    "note_file": (
        "{file} 不是检查点或证明文件（应为小于 200 KB 的 UTF-8 文本）。",
        "{file} is no checkpoint or proof: those are UTF-8 texts below 200 KB.",
    ),
    "witness_unnamed": (
        "{home} 里还没有见证密钥。首次使用请加 --name 名称（不含空格和加号）。",
        "{home} holds no witness's key. Give --name the first time (no blanks, no plus sign).",
    ),
    "witness_no_log": (
        "{home} 还不知道要见证的日志。请加 --log，公钥须取自税务局当面交付或纸面保管的原件。",
        "{home} knows no log yet. Give --log with the key handed over by the bureau on paper.",
    ),
    "witness_log_key": (
        "--log 不是有效的日志公钥（形如 名称+八位十六进制+Base64）。请对照纸面原件重新输入。",
        "--log is no key of a log (name+hex8+base64). Compare it with the one on paper.",
    ),
    "witness_other_log": (
        "这里见证的是另一个日志（{known}）。请为新日志另设文件夹。",
        "Another log is witnessed here ({known}). Use another folder for a new one.",
    ),
    "witness_request": (
        "文件不是见证请求（{fault}）。请向税务局索取 caseflow record proof 的输出。",
        "The file is no request ({fault}). Ask for the output of `caseflow record proof`.",
    ),
    "witness_not_signed": (
        "不予见证：检查点不是所见证日志的密钥所签。请勿接受，并向税务局查询。",
        "Not signed: the watched log's key did not sign this checkpoint. Ask the bureau why.",
    ),
    "witness_shorter": (
        "不予见证：只有 {found} 条，上次已见证 {wanted} 条。若已是最新，留痕被截短，请立即核查。",
        "Not signed: {found} events, {wanted} were witnessed. If this is the newest, it was cut.",
    ),
    "witness_other_beginning": (
        "证明从 {found} 条起，这里上次见证到 {wanted} 条。请索取 --from {wanted} 的证明。",
        "The proof begins at {found}, this witness signed {wanted}. Ask for --from {wanted}.",
    ),
    "witness_not_proved": (
        (
            "不予见证：不能证明 {found} 条的留痕是由已见证的 {wanted} 条增长而来，历史可能被改写。"
            "请立即核查。"
        ),
        (
            "Not signed: it is not proved that the log of {found} continues the {wanted} witnessed:"
            " history may have been rewritten."
        ),
    ),
    "witness_other_log_name": (
        "不予见证：检查点属于另一个日志 {found}。",
        "Not signed: the checkpoint is another log's, {found}.",
    ),
    "witness_key": (
        "不是有效的见证公钥（{fault}）。请用 caseflow record witness 打印的那一行。",
        "That is no witness's key ({fault}). Use the line that `caseflow record witness` prints.",
    ),
    "cosigned_note": (
        "文件不是见证过的检查点（{fault}）。请用 caseflow record witness 的输出。",
        "The file is no cosigned checkpoint ({fault}). Use what `caseflow record witness` printed.",
    ),
    "cosigned_other": (
        "本系统没有签发过这个 {size} 条的检查点。请核对文件是否属于本系统。",
        "No such checkpoint of {size} events was signed here. See whether the file is ours.",
    ),
    "cosigned_by_nobody": (
        "文件上没有已登记见证人的有效签名（所见：{names}）。首次登记请加 --witness 公钥。",
        "No witness on record signed it (found: {names}). The first time, give --witness KEY.",
    ),
    "restored_note": (
        "文件不是检查点（{fault}）。请用在系统之外保管的最后一个检查点。",
        "The file is no checkpoint ({fault}). Use the last one that was kept outside.",
    ),
    "restored_foreign": (
        "检查点不是本日志的密钥（{key}）所签。请核对文件和密钥。",
        "This log's key ({key}) did not sign the checkpoint. Compare file and key.",
    ),
    "restored_no_key": (
        "keys/sealer.pub 不存在：请先从封存机复制日志公钥。",
        "keys/sealer.pub is missing: copy the log's public key from the sealer's machine.",
    ),
    "restored_two_people": (
        "须由一名审计员和另一名系统管理员共同签署。",
        "An auditor and a system administrator, two people, must sign together.",
    ),
    "restored_nothing_lost": (
        "该检查点（{size} 条）仍在现有留痕之内，没有丢失，无需见证恢复。",
        "The checkpoint of {size} events is still part of the log: nothing was lost.",
    ),
    "restored_older": (
        "该检查点（{size} 条）不是最新的：{file} 中有 {newest} 条的检查点，请用那一份。",
        "This checkpoint of {size} events is not the newest: give that of {newest} in {file}.",
    ),
    "restored_reason": (
        "请用 --reason 写明恢复的原因和恢复到的时间。",
        "Say with --reason why and to which time it was restored.",
    ),
    "restored_password": (
        "{login} 的密码不对，未留痕。",
        "The password of {login} does not fit; nothing was recorded.",
    ),
}
