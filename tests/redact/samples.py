"""Texts with a planted secret, and texts that hold none; of each kind that an attacker tries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LONG = "a1B2c3D4e5F6g7H8i9J0" * 5
HEX = "0a1b2c3d4e5f6789" * 4


@dataclass(frozen=True)
class Planted:
    text: str
    secret: str


def _marked(line: str) -> Planted:
    text = json.loads(line)
    secret = text.partition("«")[2].partition("»")[0]
    return Planted(text.replace("«", "").replace("»", ""), secret)


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


ASSIGNED = [_marked(line) for line in _lines("planted.jsonl")]
"""In the file, the secret stands between « and »."""

KEPT: list[str] = [json.loads(line) for line in _lines("kept.jsonl")]

# Head and rest are put together here, so that no scanner takes this file for a leak.
_HEADS = {
    "AK IA,AS IA": "QZ7MADEUP2WLMN4T",
    "gh p_,gh o_,gh s_,gh r_,npm _,hf _,gsk _,ntn _,figd _,nfp _,lin _api_": LONG[:36],
    "github _pat_,gl pat-,gl rt-,gl dt-,gl ptt-,dckr _pat_,hv s.": LONG[:60],
    "sk -,sk -proj-,sk -ant-api03-": LONG[:60],
    "sk _live_,rk _live_,sk _test_,wh sec_,xo xb-123456789012-,xo xp-1-2-,xa pp-1-A0-": LONG[:32],
    "AI za,ya 29.,GOC SPX-,py pi-,sb_ secret_,secret _,HR KU-,pscale _tkn_,dp .pt.": LONG[:60],
    "SG .a1B2c3D4e5F6g7H8i9J0.": LONG[:43],
    "dop _v1_,pul -,rubygems _,sbp _,sqp _,bkua _": HEX[:64],
    "shp at_,shp ss_,da pi,ke y-,SK ": HEX[:32],
    "123456789: AA,MTk4NjIyNDgzNDcxOTI1MjQ4 .Cl2FMQ.,NR AK-,ATA TT3x,ATB B,sq 0atp-": LONG[:38],
    "AB SK,bedrock-api -key-,AQ .Ab8,cmVm dGtu,dd pat_,rn d_,tv ly-,test sk_,cs k-": LONG[:60],
    "tgp _v1_,pc sk_,ph x_,na pi_,vc p_,wandb _v1_,rp a_,polar _oat_,p a-,hca ik_": LONG[:60],
    "AQ VN,y0 _,f w_,ai o_,tr _prod_,un key_,zp ka_,esec ret_,fi o-u-,sk _org_live_": LONG[:60],
    "lsv2 _pt_,e2 b_,f c-,cr sr_,FLW SECK-,sign key-prod-,s k_,ml sn.,s-s4t2 ud-": HEX[:64],
    "ci o,ic o-": LONG[:32],
    "liv e_": HEX[:35],
    "1/1234567890123456/1234567890123456 :": HEX[:32],
    f"{LONG[:52]} JQQJ99,{LONG[:76]} +ASt,{LONG[:76]} ACDb,{LONG[:42]} +ACR": LONG[:8],
    "A" * 20 + " ": LONG[:70],
    "ey J": LONG[:30] + ".ey" + "J" + LONG[:40] + "." + LONG[:43],
}
KEYS = [
    "".join(head.split(" ")) + rest for heads, rest in _HEADS.items() for head in heads.split(",")
]
PRIVATE_KEY = (
    "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEowIBAAKCAQEA7bq98Y\nU2VjcmV0TGluZVR3bzEyMzQ1Njc4\n"
    "-----END RSA PRIVATE " + "KEY-----"
)
