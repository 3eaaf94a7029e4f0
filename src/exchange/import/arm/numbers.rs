//! Functions of numbers and of address ranges.

use super::budget::Unknown;
use super::functions::{Function, exact, list, miscounted, number, one, two};
use ipnet::IpNet;
use serde_json::Value;
use std::net::IpAddr;
use std::rc::Rc;

/// The function of a name in lower case.
pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "add" => |arguments, _| calculate(arguments, "add", i64::checked_add),
        "sub" => |arguments, _| calculate(arguments, "sub", i64::checked_sub),
        "mul" => |arguments, _| calculate(arguments, "mul", i64::checked_mul),
        "div" => |arguments, _| calculate(arguments, "div", i64::checked_div),
        "mod" => |arguments, _| calculate(arguments, "mod", i64::checked_rem),
        "min" => |arguments, _| choose(arguments, "min", |numbers| numbers.into_iter().min()),
        "max" => |arguments, _| choose(arguments, "max", |numbers| numbers.into_iter().max()),
        "int" => |arguments, _| int(one(arguments, "int")?),
        "less" => |arguments, _| compare(arguments, "less", std::cmp::Ordering::is_lt),
        "lessorequals" => |arguments, _| compare(arguments, "lessOrEquals", std::cmp::Ordering::is_le),
        "greater" => |arguments, _| compare(arguments, "greater", std::cmp::Ordering::is_gt),
        "greaterorequals" => |arguments, _| compare(arguments, "greaterOrEquals", std::cmp::Ordering::is_ge),
        "cidrsubnet" => |arguments, _| cidr_subnet(arguments),
        "cidrhost" => |arguments, _| cidr_host(arguments),
        _ => return None,
    })
}

fn calculate(arguments: &[Rc<Value>], name: &str, way: fn(i64, i64) -> Option<i64>) -> Result<Value, Unknown> {
    let (left, right) = two(arguments, name)?;
    let result = way(number(left)?, number(right)?);
    result.map(Value::from).ok_or_else(|| Unknown::new(format!("`{name}` has no result"), "correct its numbers"))
}

fn choose(arguments: &[Rc<Value>], name: &str, way: fn(Vec<i64>) -> Option<i64>) -> Result<Value, Unknown> {
    let numbers: Result<Vec<i64>, Unknown> = match arguments {
        [only] if only.is_array() => list(only)?.iter().map(number).collect(),
        several => several.iter().map(|value| number(value)).collect(),
    };
    way(numbers?).map(Value::from).ok_or_else(|| miscounted(name))
}

fn int(value: &Value) -> Result<Value, Unknown> {
    if value.is_number() {
        return number(value).map(Value::from);
    }
    let text = exact(value)?;
    let wrong = || Unknown::new(format!("`{}` is no whole number", crate::words::echo(text)), "correct the text");
    text.trim().parse::<i64>().map(Value::from).map_err(|_| wrong())
}

fn compare(arguments: &[Rc<Value>], name: &str, fits: fn(std::cmp::Ordering) -> bool) -> Result<Value, Unknown> {
    let (left, right) = two(arguments, name)?;
    let order = match (left, right) {
        (Value::String(_), Value::String(_)) => exact(left)?.cmp(exact(right)?),
        _ => number(left)?.cmp(&number(right)?),
    };
    Ok(fits(order).into())
}

/// `cidrSubnet(prefix, length, index)`: the subnet of that length with that index.
fn cidr_subnet(arguments: &[Rc<Value>]) -> Result<Value, Unknown> {
    let [prefix, length, index] = arguments else { return Err(miscounted("cidrSubnet")) };
    let prefix = network(prefix)?;
    let none = || Unknown::new("`cidrSubnet` names a subnet that is not in the prefix", "correct its length or index");
    let length = u8::try_from(number(length)?).map_err(|_| none())?;
    let index = u128::try_from(number(index)?).map_err(|_| none())?;
    if length < prefix.prefix_len() || length > prefix.max_prefix_len() {
        return Err(none());
    }
    let step = index
        .checked_shl(u32::from(prefix.max_prefix_len() - length))
        .filter(|_| fits(index, length - prefix.prefix_len()));
    let address = if index == 0 { Some(prefix.network()) } else { step.and_then(|step| shift(prefix, step)) };
    let subnet = address.and_then(|address| IpNet::new(address, length).ok()).ok_or_else(none)?;
    Ok(subnet.to_string().into())
}

/// `cidrHost(prefix, index)`: the address behind the first by index and one.
fn cidr_host(arguments: &[Rc<Value>]) -> Result<Value, Unknown> {
    let (prefix, index) = two(arguments, "cidrHost")?;
    let prefix = network(prefix)?;
    let none = || Unknown::new("`cidrHost` names an address that is not in the prefix", "correct its index");
    let index = u128::try_from(number(index)?).map_err(|_| none())?;
    let host = shift(prefix, index + 1).filter(|host| prefix.contains(host)).ok_or_else(none)?;
    Ok(host.to_string().into())
}

/// Whether a number has at most so many bits.
fn fits(number: u128, bits: u8) -> bool {
    u128::BITS - number.leading_zeros() <= u32::from(bits)
}

fn network(value: &Value) -> Result<IpNet, Unknown> {
    let text = exact(value)?;
    let wrong =
        || Unknown::new(format!("`{}` is no prefix", crate::words::echo(text)), "write one such as `10.0.0.0/16`");
    text.parse::<IpNet>().map(|prefix| prefix.trunc()).map_err(|_| wrong())
}

/// The address so far behind the first of a prefix.
fn shift(prefix: IpNet, step: u128) -> Option<IpAddr> {
    Some(match prefix.network() {
        IpAddr::V4(first) => IpAddr::V4(first.to_bits().checked_add(u32::try_from(step).ok()?)?.into()),
        IpAddr::V6(first) => IpAddr::V6(first.to_bits().checked_add(step)?.into()),
    })
}
