"""The state of the register in a month: the file of the taxpayers and what others say of them."""

import numpy as np
from numpy.typing import NDArray

from caseflow.demo.bureau import Bureau
from caseflow.demo.city import INDUSTRIES
from caseflow.demo.facts.periods import FIRST_YEAR, Month
from caseflow.demo.facts.plants import Plants
from caseflow.demo.facts.returns import Columns
from caseflow.demo.facts.traits import Traits
from caseflow.demo.facts.world import World


def state(world: World, month: Month) -> Columns:
    """List the register as the main system delivers it at the end of a month."""
    bureau = world.bureau
    traits = world.traits
    plants = world.plants
    taxpayers = bureau.taxpayers()
    register = bureau.registration
    floor = np.array([row.income_floor for row in INDUSTRIES])[bureau.business.industry]
    deemed = np.where(traits.groups.deemed, floor, np.nan)
    rows, excess = plants.active("CIT-016", month)
    deemed[rows] *= np.maximum(0.3, 0.9 - 0.2 * excess)
    registered = register.registered_on.astype("datetime64[M]").astype(np.int64)
    now = (FIRST_YEAR - 1970) * 12 + month.index
    return {
        "taxpayer_name": register.name,
        "legal_rep_name": register.legal_rep,
        "business_address": register.address,
        "phone": register.phone,
        "registered_on": register.registered_on,
        "taxpayer_kind": bureau.frame.kind,
        "reg_status": bureau.frame.reg_status,
        "vat_class": bureau.business.vat_class,
        "collection_method": bureau.business.collection_method,
        "industry_code": taxpayers["industry_code"],
        "ownership_type": register.ownership_type,
        "district_code": taxpayers["district"],
        "section_code": bureau.section,
        "is_local_tax_only": np.zeros(bureau.count, np.bool_),
        "is_key_source": bureau.business.is_key_source,
        "is_below_threshold": bureau.business.is_below_threshold,
        "credit_grade": register.credit_grade,
        "months_since_reg": np.maximum(now - registered, 0).astype(np.float64),
        "registered_capital": register.registered_capital.astype(np.float64),
        "legal_rep_id": register.legal_rep_id,
        "fixed_quota_monthly": np.where(traits.groups.quota, np.round(traits.sales, 2), np.nan),
        "deemed_income_rate": deemed,
        "vat_rate_main": np.where(traits.groups.no_vat, np.nan, traits.rate),
    }


def administrators(bureau: Bureau) -> Columns:
    """Say who manages each household."""
    return {"admin_id": bureau.administrator}


def control(traits: Traits) -> Columns:
    """Give the invoice limit of each general taxpayer."""
    return {"fw_limit": traits.invoice_limit}


def licences(bureau: Bureau, plants: Plants, month: Month) -> Columns:
    """List the licences as the administration for industry and commerce has them."""
    gone = np.isin(bureau.frame.reg_status, ("abnormal", "in_liquidation"))
    status = np.where(gone, "deregistered", "active").astype("<U12")
    status[plants.active("REG-009", month)[0]] = "revoked"
    representative = bureau.registration.legal_rep_id.copy()
    rows, _ = plants.active("TPD-009", month)
    representative[rows] = np.roll(representative, 1)[rows]
    return {
        "gs_status": status,
        "gs_capital": bureau.registration.registered_capital.astype(np.float64),
        "gs_legal_rep_id": representative,
        "gs_annual_check": ~gone,
    }


def local_register(bureau: Bureau) -> Columns:
    """List the households as the local tax bureau has them."""
    gone = np.isin(bureau.frame.reg_status, ("abnormal", "in_liquidation"))
    enterprise: NDArray[np.bool_] = bureau.frame.kind == "enterprise"
    return {
        "ds_registered": enterprise,
        "ds_status": np.where(enterprise, np.where(gone, "abnormal", "normal"), "none"),
    }
