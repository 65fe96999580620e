//! Legal forms of many countries, spelled as in names.
//!
//! Two tables: `resolve` splits names with the long one, `detect` drops the words of the short one
//! from a name's core. The short one has forms of few countries, and words that are not legal forms.

/// The place of a form in a name, and the conditions under which it counts as a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPlace {
    /// At the end.
    End,
    /// At the end; a short spelling only if it is written like a form: with dots, or in capitals
    /// among lower-case letters. Otherwise it is an ordinary word.
    EndIfMarked,
    /// At the end, if two or more words remain: it is part of shorter names.
    EndOfLongNames,
    /// At the beginning, in capitals.
    Start,
    /// At the beginning in capitals, or at the end.
    Both,
}

/// A legal form.
#[derive(Debug)]
pub struct LegalForm {
    /// Spellings, the usual one first.
    pub spellings: &'static [&'static str],
    /// ISO 3166 alpha-2 codes of the countries that have it.
    pub countries: &'static [&'static str],
    /// Its place in a name.
    pub place: FormPlace,
}

macro_rules! forms {
    ($($place:ident [$($country:ident)*] $($spelling:literal)+;)+) => {
        &[$(LegalForm {
            spellings: &[$($spelling),+],
            countries: &[$(stringify!($country)),*],
            place: FormPlace::$place,
        }),+]
    };
}

/// The long table. Each spelling occurs once; a form of several countries lists them all.
pub const LEGAL_FORMS: &[LegalForm] = forms! {
    // ---- German-speaking countries ------------------------------------------------------------
    End [DE AT CH LI] "GmbH" "Gesellschaft mit beschränkter Haftung" "Ges.m.b.H." "GesmbH" "mbH";
    End [DE AT] "gGmbH" "gemeinnützige GmbH";
    End [DE AT CH LI] "AG" "Aktiengesellschaft";
    End [DE] "gAG";
    End [DE] "UG" "UG (haftungsbeschränkt)" "Unternehmergesellschaft" "Unternehmergesellschaft (haftungsbeschränkt)";
    End [DE AT] "KG" "Kommanditgesellschaft";
    End [DE AT] "GmbH & Co. KG" "GmbH und Co. KG" "GmbH & Co KG" "GmbH & Co. Kommanditgesellschaft";
    End [DE] "AG & Co. KG" "SE & Co. KG" "UG & Co. KG" "Stiftung & Co. KG";
    End [DE] "GmbH & Co. KGaA" "SE & Co. KGaA" "AG & Co. KGaA";
    End [DE] "KGaA" "Kommanditgesellschaft auf Aktien";
    End [DE] "GmbH & Co. OHG";
    End [DE] "OHG" "Offene Handelsgesellschaft";
    End [AT] "Offene Gesellschaft";
    End [DE] "GbR" "Gesellschaft bürgerlichen Rechts";
    End [DE] "PartG" "Partnerschaftsgesellschaft" "PartG mbB" "PartGmbB";
    EndIfMarked [DE AT] "eG" "eingetragene Genossenschaft";
    End [DE AT] "e.V." "eingetragener Verein";
    EndIfMarked [DE] "e.K." "e.Kfm." "e.Kfr.";
    End [AT] "e.U." "eingetragenes Einzelunternehmen";
    End [DE] "VVaG" "Versicherungsverein auf Gegenseitigkeit";
    End [DE] "AöR" "Anstalt des öffentlichen Rechts";
    End [DE] "KdöR" "Körperschaft des öffentlichen Rechts";
    End [AT] "FlexCo" "Flexible Kapitalgesellschaft";
    // ---- English-speaking countries -----------------------------------------------------------
    End [GB IE US CA AU NZ IN SG HK ZA NG KE IL MT CY JM BM KY] "Ltd" "Limited";
    End [GB IE] "PLC" "Public Limited Company";
    End [GB IE US IN SG CA] "LLP" "Limited Liability Partnership";
    EndIfMarked [GB US CA IE] "LP" "Limited Partnership";
    End [US] "LLC" "Limited Liability Company" "L.L.C.";
    End [US] "PLLC" "Professional Limited Liability Company";
    End [US] "LLLP" "Limited Liability Limited Partnership";
    End [US CA PH] "Inc" "Incorporated";
    End [US CA PH] "Corp" "Corporation";
    EndIfMarked [US] "PC" "Professional Corporation";
    End [US] "PBC" "Public Benefit Corporation";
    End [US GB] "& Co" "Co" "& Company";
    EndOfLongNames [] "Company";
    End [US CN HK] "Co., Ltd." "Co Limited" "Company Limited" "Co. Ltd" "Company, Ltd.";
    End [US] "Co., Inc." "Company, Inc." "Corporation, Inc.";
    EndIfMarked [GB] "CIC" "Community Interest Company";
    EndIfMarked [GB] "CIO" "Charitable Incorporated Organisation";
    End [GB] "Cyf" "Cyfyngedig";
    EndIfMarked [GB] "CCC" "Cwmni Cyfyngedig Cyhoeddus";
    EndIfMarked [IE] "DAC" "Designated Activity Company";
    End [IE] "CLG" "Company Limited by Guarantee";
    EndIfMarked [IE] "UC" "Unlimited Company";
    EndIfMarked [IE] "Teoranta" "Teo";
    End [CA] "Ltée" "Limitée" "Ltee";
    End [CA] "ULC" "Unlimited Liability Company";
    End [AU ZA NA BW ZW] "Pty Ltd" "Pty Limited" "Proprietary Limited" "(Pty) Ltd" "Pty" "Proprietary Ltd";
    End [ZA] "NPC" "Non-Profit Company";
    EndIfMarked [ZA] "CC" "Close Corporation";
    End [IN BD LK PK] "Pvt Ltd" "Private Limited" "(P) Ltd" "Pvt. Limited" "Pvt";
    End [SG MY] "Pte Ltd" "Pte. Limited" "Private Ltd" "Pte";
    End [MY BN] "Sdn Bhd" "Sendirian Berhad";
    End [MY] "Bhd" "Berhad";
    End [MY] "PLT" "Perkongsian Liabiliti Terhad";
    End [] "Ltd Co" "Ltd. Company";
    // ---- French -------------------------------------------------------------------------------
    EndIfMarked [FR] "SAS" "S.A.S." "Société par actions simplifiée";
    End [FR] "SASU" "Société par actions simplifiée unipersonnelle";
    End [FR BE LU CH MA TN DZ SN CI] "SARL" "S.à r.l." "Société à responsabilité limitée" "Sàrl";
    End [FR] "EURL" "Entreprise unipersonnelle à responsabilité limitée";
    End [FR BE LU CH ES PT AR MX CO PE CL PL RO GR CR EC UY PY] "SA" "Société Anonyme" "Sociedad Anónima" "Sociedade Anónima" "Spółka Akcyjna" "S/A" "Sociedade Anônima" "Societate pe Acțiuni";
    End [FR LU] "SCA" "Société en commandite par actions";
    End [FR LU BE] "SCS" "Société en commandite simple";
    EndIfMarked [FR LU CH BE] "SNC" "Société en nom collectif";
    EndIfMarked [FR] "SCI" "Société civile immobilière";
    EndIfMarked [FR] "SCOP" "Société coopérative et participative";
    End [FR] "SELARL" "SELAS";
    EndIfMarked [FR] "GIE" "Groupement d'intérêt économique";
    End [BE FR] "ASBL" "Association sans but lucratif";
    End [BE] "SRL/BV" "SPRL" "SPRL/BVBA" "Société privée à responsabilité limitée";
    End [BE] "SCRL" "SCRL/CVBA";
    // ---- Dutch --------------------------------------------------------------------------------
    End [NL BE] "BV" "Besloten Vennootschap" "B.V.";
    End [NL BE] "NV" "Naamloze Vennootschap";
    End [BE] "BVBA" "Besloten vennootschap met beperkte aansprakelijkheid";
    End [BE] "CVBA";
    End [NL] "VOF" "Vennootschap onder firma";
    End [NL BE] "VZW" "Vereniging zonder winstoogmerk";
    EndIfMarked [NL] "CV" "Commanditaire vennootschap";
    End [NL] "Coöperatief U.A." "Coöperatie U.A.";
    // ---- Italian ------------------------------------------------------------------------------
    EndIfMarked [IT] "S.p.A." "Società per azioni" "Soc. per azioni";
    End [IT RO MD AR ES MX BE] "S.r.l." "SRL" "Società a responsabilità limitata" "Societate cu răspundere limitată" "Sociedad de responsabilidad limitada";
    End [IT] "S.r.l.s." "Società a responsabilità limitata semplificata" "S.r.l. unipersonale" "S.r.l. a socio unico" "S.r.l. Società Benefit";
    End [IT] "S.p.A. a socio unico" "S.p.A. Società Benefit";
    End [IT] "Società in accomandita semplice";
    End [IT] "Società in nome collettivo";
    End [IT] "S.a.p.a." "Società in accomandita per azioni";
    End [IT] "Soc. Coop." "Società Cooperativa" "Soc. Coop. a r.l." "S.c.a.r.l." "Scarl";
    // ---- Spanish, Portuguese ------------------------------------------------------------------
    End [ES] "SL" "Sociedad Limitada";
    End [ES] "SLU" "Sociedad Limitada Unipersonal";
    End [ES] "SAU" "Sociedad Anónima Unipersonal";
    End [ES] "SLP" "SLNE" "SLL";
    End [ES] "S. Coop." "Sociedad Cooperativa";
    End [MX] "S.A. de C.V." "SA de CV" "Sociedad Anónima de Capital Variable";
    End [MX] "S.A.B. de C.V." "SAB de CV" "S.A.P.I. de C.V." "SAPI de CV";
    End [MX] "S. de R.L. de C.V." "S de RL de CV" "S. de R.L.";
    EndIfMarked [MX PL] "S.C." "Sociedad Civil";
    EndIfMarked [CO PE EC DO] "S.A.S. BIC" "S.A.C." "SAC" "Sociedad Anónima Cerrada";
    End [PE] "E.I.R.L." "EIRL" "Empresa Individual de Responsabilidad Limitada";
    End [PE AR] "S.A.A." "SAA";
    End [CL] "Sociedad por Acciones";
    End [BR PT CL CO BO EC] "Ltda" "Limitada" "Lda" "Cía. Ltda." "Ltda.";
    End [PT] "Unipessoal Lda" "Sociedade Unipessoal" "Unipessoal, Lda.";
    End [BR] "EIRELI" "Empresa Individual de Responsabilidade Limitada";
    EndIfMarked [BR] "ME" "EPP" "Ltda ME" "Ltda EPP" "Microempresa";
    End [PT] "SGPS" "SGPS, S.A.";
    // ---- Nordic and Baltic --------------------------------------------------------------------
    End [SE FI] "AB" "Aktiebolag" "Aktiebolaget";
    End [SE FI] "AB (publ)" "(publ)" "publ";
    EndIfMarked [SE] "HB" "Handelsbolag";
    EndIfMarked [SE FI] "KB" "Kommanditbolag";
    End [SE] "Ekonomisk förening" "Ek. för.";
    EndIfMarked [NO] "ASA" "Allmennaksjeselskap";
    End [NO DK CZ EE TR] "AS" "A/S" "Aksjeselskap" "Aktieselskab" "Aktsiaselts";
    End [DK] "ApS" "Anpartsselskab";
    End [DK] "IVS" "Iværksætterselskab";
    End [DK NO] "I/S" "Interessentskab";
    EndIfMarked [DK NO CZ] "K/S" "Kommanditselskab";
    End [DK] "P/S" "Partnerselskab";
    End [DK] "A.m.b.a." "AMBA";
    EndIfMarked [NO] "ANS" "Ansvarlig selskap";
    EndIfMarked [NO] "DA" "Delt ansvar";
    EndIfMarked [NO] "Samvirkeforetak";
    End [NO] "NUF" "Norskregistrert utenlandsk foretak";
    End [NO] "ENK" "Enkeltpersonforetak";
    EndIfMarked [NO] "KF" "IKS" "Kommunalt foretak";
    End [FI] "Oy" "Osakeyhtiö" "Oy Ab";
    End [FI] "Oyj" "Julkinen osakeyhtiö" "Oyj Abp" "Abp";
    EndIfMarked [FI] "Ky" "Kommandiittiyhtiö";
    End [FI] "Tmi" "Toiminimi";
    End [FI] "Osk" "Osuuskunta";
    End [IS] "ehf" "Einkahlutafélag";
    EndIfMarked [IS] "hf" "Hlutafélag";
    End [EE] "OÜ" "Osaühing";
    EndIfMarked [EE] "MTÜ" "FIE";
    Both [LV] "SIA" "Sabiedrība ar ierobežotu atbildību";
    End [LV] "Akciju sabiedrība";
    Both [LT] "UAB" "Uždaroji akcinė bendrovė";
    EndIfMarked [LT] "MB" "Mažoji bendrija";
    End [LT] "Akcinė bendrovė";
    // ---- Central and eastern Europe -----------------------------------------------------------
    End [PL] "Sp. z o.o." "Spółka z ograniczoną odpowiedzialnością" "Spółka z o.o." "Sp. z oo";
    End [PL] "Sp. j." "Spółka jawna";
    End [PL] "Sp. k." "Spółka komandytowa" "Sp. z o.o. sp. k.";
    End [PL] "S.K.A." "Spółka komandytowo-akcyjna";
    End [PL] "P.S.A." "Prosta spółka akcyjna";
    End [PL] "Spółka cywilna";
    End [CZ SK] "s.r.o." "Společnost s ručením omezeným" "spol. s r.o." "Spoločnosť s ručením obmedzeným";
    End [CZ] "akciová společnost";
    End [SK] "akciová spoločnosť";
    End [CZ] "v.o.s." "Veřejná obchodní společnost";
    End [CZ] "Komanditní společnost";
    End [CZ] "z.s." "Zapsaný spolek" "o.p.s." "z.ú.";
    End [SK] "j.s.a.";
    End [HU] "Kft" "Korlátolt felelősségű társaság";
    End [HU] "Zrt" "Zártkörűen működő részvénytársaság";
    End [HU] "Nyrt" "Nyilvánosan működő részvénytársaság";
    EndIfMarked [HU] "Bt" "Betéti társaság";
    EndIfMarked [HU] "Rt" "Kkt" "Részvénytársaság";
    Start [RO] "SC" "S.C.";
    EndIfMarked [RO] "PFA" "Persoană fizică autorizată";
    End [RO] "S.R.L.-D.";
    End [HR RS SI BA ME MK] "d.o.o." "DOO" "Društvo s ograničenom odgovornošću" "Друштво са ограниченом одговорношћу" "Družba z omejeno odgovornostjo" "ДОО";
    End [HR SI BA RS] "d.d." "Dioničko društvo" "Delniška družba";
    End [HR] "j.d.o.o." "Jednostavno društvo s ograničenom odgovornošću";
    EndIfMarked [RS ME MK BG] "a.d." "АД" "Акционарско друштво" "Акционерно дружество";
    EndIfMarked [SI] "s.p." "Samostojni podjetnik";
    End [MK] "ДООЕЛ" "DOOEL";
    Both [BG] "ООД" "OOD" "Дружество с ограничена отговорност";
    Both [BG] "ЕООД" "EOOD";
    Both [BG] "ЕАД" "EAD";
    Both [RU BY KZ KG] "ООО" "OOO" "Общество с ограниченной ответственностью";
    Both [RU] "ПАО" "PAO" "PJSC" "Публичное акционерное общество" "Public Joint Stock Company";
    Both [RU BY] "ОАО" "OAO" "OJSC" "Открытое акционерное общество" "Open Joint Stock Company";
    Both [RU BY] "ЗАО" "ZAO" "CJSC" "Закрытое акционерное общество" "Closed Joint Stock Company";
    Start [RU KZ] "АО" "AO" "Акционерное общество";
    End [RU UA KZ UZ VN BG] "JSC" "Joint Stock Company" "Joint-Stock Company";
    Start [RU] "ИП" "Индивидуальный предприниматель";
    Start [RU] "ФГУП" "ГУП" "МУП" "АНО" "НКО";
    Both [UA] "ТОВ" "TOV" "ТзОВ" "Товариство з обмеженою відповідальністю";
    Both [UA] "ПрАТ" "ПАТ" "Приватне акціонерне товариство" "Публічне акціонерне товариство";
    Start [UA] "ФОП";
    Both [BY] "ОДО" "ЧУП" "УП";
    Start [KZ] "ТОО" "TOO";
    // ---- Greece, Turkey, Middle East, Africa --------------------------------------------------
    EndIfMarked [GR CY] "Α.Ε." "A.E." "Ανώνυμη Εταιρεία" "Ανώνυμος Εταιρεία";
    End [GR] "Ε.Π.Ε." "E.P.E." "Εταιρεία Περιορισμένης Ευθύνης";
    EndIfMarked [GR] "Ι.Κ.Ε." "IKE" "Ιδιωτική Κεφαλαιουχική Εταιρεία" "Μον. Ι.Κ.Ε.";
    End [GR] "Ομόρρυθμη Εταιρεία";
    End [GR] "Ετερόρρυθμη Εταιρεία";
    End [TR] "Anonim Şirketi" "Anonim Sirketi" "San. ve Tic. A.Ş.";
    End [TR] "Ltd. Şti." "Limited Şirketi" "Ltd Sti" "San. ve Tic. Ltd. Şti.";
    End [IL] "בע\"מ" "בעמ" "Ba'am";
    End [AE] "FZ-LLC" "FZE" "FZCO" "FZ LLC" "DMCC";
    End [AE KW QA BH OM] "W.L.L." "WLL" "With Limited Liability";
    EndIfMarked [KW] "K.S.C." "KSC" "K.S.C.P.";
    End [QA] "Q.S.C." "Q.P.S.C." "QPSC";
    End [BH] "B.S.C." "BSC (c)";
    End [OM] "S.A.O.G." "SAOG" "SAOC";
    End [SA] "Saudi Joint Stock Company" "شركة مساهمة";
    EndIfMarked [EG] "S.A.E." "SAE" "ش.م.م";
    End [AE SA] "ذ.م.م" "ش.ذ.م.م";
    EndIfMarked [LB] "S.A.L." "SAL";
    End [SY JO] "P.S.C.";
    // ---- Asia ---------------------------------------------------------------------------------
    Both [JP] "K.K." "KK" "Kabushiki Kaisha" "Kabushiki Gaisha" "Kabushikigaisha";
    End [JP] "G.K." "Godo Kaisha" "Godo Gaisha";
    End [JP] "Y.K." "Yugen Kaisha" "Yugen Gaisha";
    Start [ID] "PT" "Perseroan Terbatas";
    End [ID] "Tbk" "Tbk.";
    End [ID] "(Persero)" "(Persero) Tbk" "Persero";
    End [TH] "Public Company Limited" "PCL" "Public Co., Ltd.";
    End [VN] "Công ty TNHH" "Công ty cổ phần";
    End [VN] "TNHH" "One Member LLC";
    End [CN] "Group Co., Ltd." "(Group) Co., Ltd.";
    End [KR] "Chusik Hoesa" "Jusik Hoesa";
    EndIfMarked [PH] "OPC" "One Person Corporation";
    End [PK] "SMC-Pvt Ltd" "(SMC-Pvt) Ltd";
    // ---- European and other ------------------------------------------------------------------
    End [] "SE" "Societas Europaea";
    End [] "SCE" "Societas Cooperativa Europaea";
    End [] "EWIV" "EEIG" "GEIE";
    End [LU] "SICAV" "SICAF" "SCSp";
};

/// Forms in scripts without spaces between words, with their country: matched before
/// transliteration, at either end of a name.
pub const UNSPACED_FORMS: &[(&str, &str)] = &[
    ("株式会社", "JP"),
    ("有限会社", "JP"),
    ("合同会社", "JP"),
    ("合資会社", "JP"),
    ("合名会社", "JP"),
    ("一般社団法人", "JP"),
    ("(株)", "JP"),
    ("(有)", "JP"),
    ("股份有限公司", "CN"),
    ("股份公司", "CN"),
    ("有限责任公司", "CN"),
    ("有限責任公司", "TW"),
    ("有限公司", "CN"),
    ("주식회사", "KR"),
    ("유한회사", "KR"),
    ("(주)", "KR"),
    ("(유)", "KR"),
    ("บริษัท", "TH"),
    ("จำกัด (มหาชน)", "TH"),
    ("จำกัด", "TH"),
];

/// The short table: lower-case words without full stops.
#[rustfmt::skip]
pub const WORDS: &[&str] = &[
    "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc", "corp", "corporation",
    "co", "gmbh", "ag", "se", "kg", "ug", "ohg", "mbh", "sa", "sas", "sarl", "sasu", "sl",
    "slu", "bv", "nv", "ab", "as", "asa", "aps", "oy", "oyj", "spa", "srl", "sro", "pty", "pvt",
    "private", "kk", "eg", "ev", "holdings", "holding",
];
