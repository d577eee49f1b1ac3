PRAGMA application_id=1112823113;
PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,
        number INTEGER NOT NULL,
        since REAL,
        seen REAL,
        UNIQUE (origin, number)
    );
INSERT INTO "account" VALUES(1,'https://open.beatpass.ca',900000001,NULL,1795198800.0);
CREATE TABLE answer (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        edition INTEGER NOT NULL,
        name TEXT NOT NULL,
        fetched REAL NOT NULL,
        shape TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (account, edition, name)
    );
INSERT INTO "answer" VALUES(1,0,'account',1795198500.0,'5e356058','[900000001,"nova"]');
INSERT INTO "answer" VALUES(1,0,'artist',1795198500.0,'07fd214b','[900000002,"Nova Reyes",true,128,45210,"2023-03-03T09:30:00+00:00"]');
INSERT INTO "answer" VALUES(1,0,'stats',1795198500.0,'6a0f247f','[128,45210,4,353,121,1512.25,["Midnight Drive",7919]]');
INSERT INTO "answer" VALUES(1,0,'intelligence',1795198500.0,'1d3e65ea','[[12,3774.0,383.0,24.7,"Experienced Producer"],9,128,45210,7.5,false,null]');
INSERT INTO "answer" VALUES(1,0,'followers',1795198500.0,'4345ae50','[873]');
INSERT INTO "answer" VALUES(1,0,'activity',1795198500.0,'c2a6a3ae','["all",1204,611,37,41877,2310,184,96,"Midnight Drive",212,[],1,null,false]');
INSERT INTO "answer" VALUES(1,0,'sales',1795198500.0,'e5173215','[37,"1234.50","84.00","1150.50","CAD",[["Midnight Drive","26.99","completed","2026-11-20T00:00:00+00:00"]]]');
INSERT INTO "answer" VALUES(1,0,'standings',1795198500.0,'f0aac10d','[[["overall",50,4,80.5,"Gold",[]],["points",50,5,79.5,"Gold",[]],["uploads",50,6,78.5,"Gold",[]],["plays",50,7,77.5,"Gold",[]],["earnings",50,8,76.5,"Gold",[]],["quality",50,9,75.5,"Gold",[]],["collaboration",50,10,74.5,"Gold",[]]],"2026-11-30T23:59:59+00:00"]');
INSERT INTO "answer" VALUES(1,0,'beats:1',1795198500.0,'6849c9eb','[[[910000001,"Midnight Drive",["Nova Reyes"],193.116,7919,"2026-11-02","2026-11-02",null]],1,100,1,false]');
INSERT INTO "answer" VALUES(1,0,'albums:1',1795198500.0,'610a3b35','[[[930000001,"First Light",[],"2026-05-21",1,null,false],[930000002,"Sketchbook",[],null,null,12,false]],1,2,false]');
INSERT INTO "answer" VALUES(1,0,'album:900000301',1795198500.0,'b5662b00','[[930000001,"First Light",[],null,1,null,false],[[910000001,"Midnight Drive",["Nova Reyes"],193.116,7919,"2026-11-02","2026-11-02",null]]]');
INSERT INTO "answer" VALUES(1,0,'performance',1795198500.0,'204a03a0','[[[910000001,"Midnight Drive",7919,41.5,false,"2026-11-02"]]]');
INSERT INTO "answer" VALUES(1,0,'collaborations',1795198500.0,'f1444559','[[[910000003,"Cold Lanterns",["Teo"],9]],1]');
INSERT INTO "answer" VALUES(1,0,'upload_insights',1795198500.0,'e225a946','[128,3,4,353,"2024-10-01",12821,13,8,"Friday, 18:00 to 20:00"]');
INSERT INTO "answer" VALUES(1,0,'uploads',1795198500.0,'64b9ad01','[[["2026-11-02",[1,["Midnight Drive"]]],["2026-06-14",[9,["Take 0","Take 1","Take 2","Take 3","Take 4","Take 5","Take 6","Take 7","Take 8"]]],["2026-06-15",[0,[]]]]]');
INSERT INTO "answer" VALUES(1,0,'xp_sources',1795198500.0,'1d9ba456','[[["Track uploads",800.0,8],["Achievements",2974.0,9]]]');
INSERT INTO "answer" VALUES(1,0,'achievements',1795198500.0,'674ffdb2','[[["Track Producer","Publish 10 tracks",null,"common",500.0,true,"2024-02-07T10:11:00+00:00"],["Studio Legend",null,null,"legendary",5000.0,false,null]]]');
INSERT INTO "answer" VALUES(1,0,'finances',1795198500.0,'bc35a91d','["ready",true,"draining",[["CAD",[257667,100,"CAD"],[12264,100,"CAD"],[0,100,"CAD"],[2699,100,"CAD"],[240004,100,"CAD"]],["JPY",[6766,1,"JPY"],null,null,null,[5755,1,"JPY"]]],2]');
INSERT INTO "answer" VALUES(1,0,'balance',1795198500.0,'c6c63058','[[[2699,100,"CAD"]],[[0,100,"CAD"]]]');
INSERT INTO "answer" VALUES(1,0,'transactions:all:all:1',1795198500.0,'e6f398b1','[[["sales","waiting",[2699,100,"CAD"],"Midnight Drive","2026-11-20T13:10:00+00:00"],["sales","refunded",[-4499,100,"CAD"],"Neon Rain","2026-11-10T13:10:00+00:00"]],1,2,1,2,false]');
CREATE TABLE history (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        artist INTEGER NOT NULL,
        number TEXT NOT NULL,
        at INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (account, artist, number, at)
    ) WITHOUT ROWID
    ;
INSERT INTO "history" VALUES(1,900000002,'albums',1794680400,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1794766800,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1794853200,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1794939600,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1795026000,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1795112400,9.0);
INSERT INTO "history" VALUES(1,900000002,'albums',1795198800,9.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1794680400,1186.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1794766800,1189.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1794853200,1192.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1794939600,1195.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1795026000,1198.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1795112400,1201.0);
INSERT INTO "history" VALUES(1,900000002,'downloads',1795198800,1204.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1794680400,861.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1794766800,863.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1794853200,865.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1794939600,867.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1795026000,869.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1795112400,871.0);
INSERT INTO "history" VALUES(1,900000002,'followers',1795198800,873.0);
INSERT INTO "history" VALUES(1,900000002,'growth',1794680400,6.0);
INSERT INTO "history" VALUES(1,900000002,'growth',1794766800,6.25);
INSERT INTO "history" VALUES(1,900000002,'growth',1794853200,6.5);
INSERT INTO "history" VALUES(1,900000002,'growth',1794939600,6.75);
INSERT INTO "history" VALUES(1,900000002,'growth',1795026000,7.0);
INSERT INTO "history" VALUES(1,900000002,'growth',1795112400,7.25);
INSERT INTO "history" VALUES(1,900000002,'growth',1795198800,7.5);
INSERT INTO "history" VALUES(1,900000002,'level',1794680400,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1794766800,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1794853200,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1794939600,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1795026000,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1795112400,12.0);
INSERT INTO "history" VALUES(1,900000002,'level',1795198800,12.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1794680400,44490.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1794766800,44610.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1794853200,44730.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1794939600,44850.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1795026000,44970.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1795112400,45090.0);
INSERT INTO "history" VALUES(1,900000002,'total-plays',1795198800,45210.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1794680400,122.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1794766800,123.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1794853200,124.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1794939600,125.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1795026000,126.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1795112400,127.0);
INSERT INTO "history" VALUES(1,900000002,'tracks',1795198800,128.0);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "setting" VALUES('held','{"https://open.beatpass.ca 900000001 sales": 1795000000}');
INSERT INTO "setting" VALUES('salt','5ac48787d88c1265277767abeef176ea');
INSERT INTO "setting" VALUES('theme','nord');
CREATE TABLE token (
        digest BLOB PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
    ) WITHOUT ROWID
    ;
INSERT INTO "token" VALUES(X'CDF533FC3BF7CE8ED327E90C4678C410',1);
CREATE TABLE told (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        what TEXT NOT NULL,
        PRIMARY KEY (account, what)
    ) WITHOUT ROWID
    ;
INSERT INTO "told" VALUES(1,'total-plays 45000');
COMMIT;
