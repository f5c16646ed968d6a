"""What stands beside an export for the person who opens it, in Chinese and English."""

EXPORT = """\
税务留痕导出    EXPORT OF THE RECORD

本文件夹是 Caseflow 全部办理留痕的副本，不需要 Caseflow 即可校验：
This folder is a copy of all acts on record; it is verified without Caseflow:

    python3 verify.py --key 日志公钥

日志公钥（log key）在系统安装时打印并保存在局外。不给公钥时，只能信到导出自带的公钥为止。
为防 verify.py 本身被改，请使用您自己保存的 verify.py。
The key of the log was printed at set-up and is kept outside. Without it the verdict is worth no
more than the key inside the export. Use a copy of verify.py of your own: this one came along.

    --outside  文件    外存检查点（每日检查点单、见证人所存）  checkpoints kept outside
    --witness  公钥    见证人公钥                            the key of a witness
    --receipts 文件    外存日志中的回执                      receipts of the shipped log
    --writer   公钥    写入密钥（十六进制）                   a writer's key
    --all-signatures   校验每一条写入签名                     check every writer's signature

events.jsonl      每行一条留痕，先后即封存次序    one event a line, in the order of the log
checkpoints.txt   已签名的检查点 (C2SP)          signed checkpoints
keys.json         公钥                          public keys
MANIFEST.json     各文件的 SHA-256              the SHA-256 of each file
MANIFEST.sig      写入密钥对清单的签名           the writer's signature of the manifest

留痕的哈希 the hash of an event: SHA-256(0x00 || 文本), 文本为下列各项以换行相连
(the text joins these with line feeds): caseflow-record/v1, stream, seq, at, actor, action, idem,
sig, prev, payload.
"""

DOSSIER = """\
任务案卷    DOSSIER OF A CASE

请先打开 index.pdf（案卷目录）；各步填报内容见 answers.html。
Open index.pdf (the index) first; what was handed in with each step is in answers.html.

index.pdf         案卷目录：任务、文书、证据材料、办理经过    the case, its papers, files and acts
answers.html      各步填报内容                              what was handed in, for people
answers/          同上，逐步的规范 JSON                     the same, for machines
papers/ files/    文书和证据材料原件                        papers and files of evidence
receipts/         送达回证                                  receipts of service
case.json         任务数据                                 the case as values
events.jsonl      本任务的每条留痕                          every act of the case on record
proofs.jsonl      每条留痕列入日志的证明 (RFC 6962)         why each act is in the log
checkpoint.txt    已签名的检查点 (C2SP)                    the signed checkpoint
keys.json         公钥                                     public keys
MANIFEST.json     各文件的 SHA-256                         the SHA-256 of each file
MANIFEST.sig      写入密钥对清单的签名                      the writer's signature of the manifest

answers.html 中的电话和证件号码按出具人的权限遮盖；answers/ 的哈希列入留痕，必须完整，号码不遮盖，
出具人因此留有查阅联系方式的记录。请按涉密材料保管 answers/。
Telephone and identity numbers are masked in answers.html unless whoever took the dossier reads
them. The files in answers/ hold them in full, since their hashes are on record: that they went out
is noted as a reading of contact details. Keep answers/ accordingly.

校验，不需要 Caseflow，只需要 Python：
To verify, with Python and without Caseflow:

    python3 verify.py --key 日志公钥

日志公钥（log key）在系统安装时打印并保存在局外。不给公钥时，只能信到案卷自带的公钥为止。
为防 verify.py 本身被改，请使用您自己保存的 verify.py。
The key of the log was printed at set-up and is kept outside. Without it the verdict is worth no
more than the key inside the dossier. Use a copy of verify.py of your own: this one came along.
"""

EVIDENCE = """\
取证包    EVIDENCE

每件任务一个案卷 zip；整包一次校验，不需要 Caseflow，只需要 Python。在本文件夹中运行，或指明 zip：
One dossier (zip) a case. The whole package is verified at once, with Python and without Caseflow;
run it in this folder, or name the zip:

    python3 verify.py --key 日志公钥
    python3 verify.py 取证包.zip --key 日志公钥

被改、缺失、多出的文件逐一指名；每个案卷逐条校验。也可以单独校验一个案卷：
Files that were changed, are missing or were put in are named; every dossier is gone through. One
dossier can be verified by itself:

    python3 verify.py 案卷-….zip --key 日志公钥

日志公钥（log key）在系统安装时打印并保存在局外。不给公钥时，只能信到案卷自带的公钥为止。
为防 verify.py 本身被改，请使用您自己保存的 verify.py。
The key of the log was printed at set-up and is kept outside. Without it the verdict is worth no
more than the key inside the dossiers. Use a copy of verify.py of your own: this one came along.

校验证明：包内文件与写入密钥所签的清单一致，一件不少；该密钥列在留痕中；各案卷完整、列入日志。
校验不证明：没有别的任务应当取证。清单的 SHA-256 另登记在留痕“取证包打好”（evidence.packed）中，
校验时会打印出来，可与办理留痕核对。
What it shows: the files are those, and all those, of a manifest that a writer on record signed;
each dossier is whole and in the log. What it does not show: that no other case should be in it.
The SHA-256 of the manifest is also on record in the act evidence.packed; it is printed, so that
both can be compared.

MANIFEST.json     各文件的 SHA-256          the SHA-256 of each file
MANIFEST.sig      写入密钥对清单的签名       the writer's signature of the manifest

本包案卷 the dossiers of this package:
"""
