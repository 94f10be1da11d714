//! Writes a rule as the Rust expression that makes it again.
//!
//! Used by the build script only: the program carries its rules as constants and
//! parses none of them at start. It is a serde serializer for the few shapes that
//! [`super::spec`] uses; anything else is an error and so fails the build.

use std::fmt::{self, Write as _};

use serde::ser::{self, Serialize};

/// The expression, or what cannot be written.
pub fn expression(value: &impl Serialize) -> Result<String, Unwritable> {
    let mut out = Source(String::new());
    value.serialize(&mut out)?;
    Ok(out.0)
}

/// A shape that rules do not have.
#[derive(Debug)]
pub struct Unwritable(String);

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

struct Source(String);

/// `base64-bytes` is `Base64Bytes` in Rust.
fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}

/// `where` and `match` are keywords; the fields have names of their own.
fn field(name: &str) -> String {
    match name {
        "where" => "conditions".to_owned(),
        "match" => "matchers".to_owned(),
        other => other.replace('-', "_"),
    }
}

type Written = Result<(), Unwritable>;

fn no<T>(what: &str) -> Result<T, Unwritable> {
    Err(Unwritable(format!("rules do not hold {what}")))
}

impl<'a> ser::Serializer for &'a mut Source {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = ser::Impossible<(), Unwritable>;
    type SerializeTupleStruct = ser::Impossible<(), Unwritable>;
    type SerializeTupleVariant = ser::Impossible<(), Unwritable>;
    type SerializeMap = ser::Impossible<(), Unwritable>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = ser::Impossible<(), Unwritable>;

    fn serialize_bool(self, v: bool) -> Written {
        self.0.push_str(if v { "true" } else { "false" });
        Ok(())
    }

    fn serialize_u32(self, v: u32) -> Written {
        let _ = write!(self.0, "{v}");
        Ok(())
    }

    fn serialize_str(self, v: &str) -> Written {
        let _ = write!(self.0, "Cow::Borrowed({v:?})");
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.0.push_str("None");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.0.push_str("Some(");
        value.serialize(&mut *self)?;
        self.0.push(')');
        Ok(())
    }

    fn serialize_unit_variant(self, name: &'static str, _: u32, variant: &'static str) -> Written {
        let _ = write!(self.0, "{name}::{}", pascal(variant));
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let _ = write!(self.0, "{name}::{}(", pascal(variant));
        value.serialize(&mut *self)?;
        self.0.push(')');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Unwritable> {
        self.0.push_str("Cow::Borrowed(&[");
        Ok(Items { source: self, end: "])" })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Items<'a>, Unwritable> {
        let _ = write!(self.0, "{name} {{");
        Ok(Items { source: self, end: "}" })
    }

    fn serialize_i8(self, _: i8) -> Written {
        no("i8")
    }
    fn serialize_i16(self, _: i16) -> Written {
        no("i16")
    }
    fn serialize_i32(self, _: i32) -> Written {
        no("i32")
    }
    fn serialize_i64(self, _: i64) -> Written {
        no("i64")
    }
    fn serialize_u8(self, _: u8) -> Written {
        no("u8")
    }
    fn serialize_u16(self, _: u16) -> Written {
        no("u16")
    }
    fn serialize_u64(self, _: u64) -> Written {
        no("u64")
    }
    fn serialize_f32(self, _: f32) -> Written {
        no("f32")
    }
    fn serialize_f64(self, _: f64) -> Written {
        no("f64")
    }
    fn serialize_char(self, _: char) -> Written {
        no("char")
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        no("bytes")
    }
    fn serialize_unit(self) -> Written {
        no("unit")
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        no("unit structs")
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Written {
        no("newtype structs")
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unwritable> {
        no("tuples")
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unwritable> {
        no("tuple structs")
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        no("tuple variants")
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        no("maps")
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        no("struct variants")
    }
}

/// The inside of a list or struct.
struct Items<'a> {
    source: &'a mut Source,
    end: &'static str,
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut *self.source)?;
        self.source.0.push(',');
        Ok(())
    }

    fn end(self) -> Written {
        self.source.0.push_str(self.end);
        Ok(())
    }
}

impl ser::SerializeStruct for Items<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        let _ = write!(self.source.0, "{}:", field(key));
        value.serialize(&mut *self.source)?;
        self.source.0.push(',');
        Ok(())
    }

    fn end(self) -> Written {
        self.source.0.push_str(self.end);
        Ok(())
    }
}
